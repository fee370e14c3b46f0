import type { Acknowledgement } from "../../promises/acknowledgement.ts";

/** A shopper was told of an order that costs 100 cents, under a key made from its number. */
export function told(orderId: string): Acknowledgement {
  return { key: `pay ${orderId}`, reply: { orderId, totalMinor: 100, taxMinor: 19, currency: "EUR" } };
}
