import type { Timed } from "./generator-messages.ts";

/** What is timed, as people call it, in the order in which it is shown. */
export const TIMED_NAMES: Readonly<Record<Timed, string>> = {
  order: "whole order",
  "cart.add": "add to cart",
  checkout: "checkout",
  browse: "browse",
  refusal: "refusal",
  push: "push to watchers",
};

/** All that is timed, in the order in which it is shown. */
export const ALL_TIMED = Object.keys(TIMED_NAMES) as readonly Timed[];

/** What was timed in any of these stretches, in the order in which it is shown. */
export function timedIn(
  stretches: readonly { readonly latencies: Readonly<Partial<Record<Timed, unknown>>> }[],
): readonly Timed[] {
  return ALL_TIMED.filter((timed) => stretches.some(({ latencies }) => latencies[timed] !== undefined));
}
