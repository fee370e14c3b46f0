import { QueueTickets } from "../queue-tickets.ts";

/** Signs the sample; its secret is known to everybody. */
export const sampleTickets = new QueueTickets(
  "a secret of at least thirty-two bytes, for golden files",
  "shop",
);

/** A ticket as this release signs it. */
export function sampleTicket(): string {
  return sampleTickets.sign("ann", { sale: "drop", number: 7 });
}
