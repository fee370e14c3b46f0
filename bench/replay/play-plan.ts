import type { PlannedCustomer } from "../retail/retail-plan.ts";
import type { InvoicePlayer } from "./invoice-player.ts";
import { InvoiceQueue } from "./invoice-queue.ts";
import type { OperatorLine } from "./operator-port.ts";

/** How fast, and how broadly, a plan is played. */
export interface Pace {
  /** Times faster than it happened; undefined for as fast as the shop takes it. */
  readonly speed: number | undefined;
  readonly customersAtOnce: number;
}

/** The time that a pace is kept by. */
export interface Timing {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const REAL_TIME: Timing = { nowMs: () => performance.now(), sleep: (ms) => Bun.sleep(ms) };

/**
 * Plays all invoices: each customer's strictly in order, different customers side by side. At a given speed an invoice is
 * not started before its time has come.
 */
export async function playPlan(
  customers: readonly PlannedCustomer[],
  player: Pick<InvoicePlayer, "play">,
  operators: readonly OperatorLine[],
  pace: Pace,
  time = REAL_TIME,
): Promise<void> {
  const queue = new InvoiceQueue(customers);
  const { firstAtMs } = timeSpan(customers);
  const startedAtMs = time.nowMs();
  const play = async (operator: OperatorLine): Promise<void> => {
    // Whoever finds the queue empty may go: each customer that is still being played comes back to its own player.
    for (let queued = queue.take(); queued !== undefined; queued = queue.take()) {
      if (pace.speed !== undefined) {
        const dueAtMs = startedAtMs + (queued.invoice.atMs - firstAtMs) / pace.speed;
        const waitMs = dueAtMs - time.nowMs();
        if (waitMs > 0) await time.sleep(waitMs);
      }
      await player.play(operator, queued);
      queue.giveBack(queued);
    }
  };
  const players = Array.from(
    { length: pace.customersAtOnce },
    (_, index) => operators[index % operators.length],
  );
  await Promise.all(players.filter((operator) => operator !== undefined).map(play));
}

/** When the first and the last invoice were made, by the file's clock. */
export function timeSpan(customers: readonly PlannedCustomer[]): {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
} {
  let firstAtMs = Number.POSITIVE_INFINITY;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  for (const { invoices } of customers) {
    firstAtMs = Math.min(firstAtMs, invoices[0]?.atMs ?? firstAtMs);
    lastAtMs = Math.max(lastAtMs, invoices.at(-1)?.atMs ?? lastAtMs);
  }
  return { firstAtMs, lastAtMs };
}
