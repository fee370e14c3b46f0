import type { HandOver } from "./hand-over.ts";

/**
 * Routers that have not said for `releaseMs` past the deadline that they send on what they kept: by then it has left by itself, and
 * what they send to the wrong lane is turned away. None while there is still time.
 */
export function silentRouters(handOver: HandOver, nowMs: number, releaseMs: number): readonly string[] {
  const { phase, deadlineAtMs, routers, confirmed } = handOver;
  if (phase !== "releasing" || nowMs < deadlineAtMs + releaseMs) return [];
  return routers.filter((router) => !confirmed.includes(router));
}
