import type { OrderCommand } from "../../actors/order/messages.ts";
import { orderDecider } from "../../actors/order/order.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import type { OrderHistory } from "./order-history.ts";

/** A line that is to come back; all of its units, as it was ordered, unless told. */
export interface WantedLine {
  readonly line: number;
  readonly quantity?: number | undefined;
}

/** Units of a line that come back. */
export interface ReturnedLine {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
}

/** The content of an `order.return`. */
export interface ReturnRequest {
  readonly order: string;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  readonly reason: string;
}

/** What a return would come to. */
export type ReturnForecast =
  | { readonly type: "possible"; readonly refundMinor: number }
  | { readonly type: "refused"; readonly refusal: Refusal };

const HASH_LENGTH = 32;

/** The return that is asked for; without lines, of everything that has not been returned yet, which may be nothing. */
export function returnRequest(
  { view }: OrderHistory,
  wanted: readonly WantedLine[],
  reason: string,
): ReturnRequest {
  const ordered = new Map(view.lines.map(({ line, quantity }) => [line, quantity]));
  const left = view.lines
    .map(({ line, quantity, returnedQuantity }) => ({ line, quantity: quantity - returnedQuantity }))
    .filter(({ quantity }) => quantity > 0);
  // Of a line that the order does not have the shop says so, whatever the number of units.
  const named = wanted.map(({ line, quantity }) => ({ line, quantity: quantity ?? ordered.get(line) ?? 1 }));
  return { order: view.orderId, lines: named.length > 0 ? named : left, reason };
}

/** Whether units or money of an earlier return are not back yet. */
export function isReturning({ state }: Pick<OrderHistory, "state">): boolean {
  return state.returns.size > 0;
}

/** Asks the order itself, as it is now, what it would do: the rules are its own. */
export function forecastReturn(history: OrderHistory, { lines, reason }: ReturnRequest): ReturnForecast {
  const { state, address } = history;
  const command: OrderCommand = { type: "ReturnLines", lines, reason };
  const { events, outcome } = orderDecider.decide(state, command, { address, nowMs: Date.now(), ticket: 1 });
  if (outcome?.type === "refused") return { type: "refused", refusal: outcome.refusal };
  const requested = events.find((event) => event.type === "ReturnRequested");
  return { type: "possible", refundMinor: requested?.refundMinor ?? 0 };
}

/**
 * The idempotency key of a return, from what it says: the same command has one effect. One that was refused when it came
 * too early may come again, under a key of its own.
 */
export function returnKey({ keys }: OrderHistory, { order, lines, reason }: ReturnRequest): string {
  const content = JSON.stringify([order, lines.map(({ line, quantity }) => [line, quantity]), reason]);
  const hash = new Bun.CryptoHasher("sha256").update(content).digest("hex").slice(0, HASH_LENGTH);
  const isRefused = (key: string): boolean =>
    keys.some((record) => record.key === key && record.outcome?.type === "refused");
  let key = `orders-return-${hash}`;
  for (let attempt = 2; isRefused(key); attempt += 1) key = `orders-return-${hash}-${attempt}`;
  return key;
}
