import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import type { Clock } from "../../engine/ports/clock.ts";

const LOOK_EVERY_MS = 10_000;

/**
 * Collects the garbage of a lane that has become quiet, once. A thread that allocates nothing collects nothing, so that
 * actors which have left memory after a rush would still fill it. Returns what ends it.
 */
export function collectWhenQuiet(
  clock: Clock,
  statistics: () => Pick<LaneStatistics, "commits" | "activatedActors">,
  collect: () => void,
): () => void {
  let seen = "";
  let collected = "";
  let cancel = clock.after(LOOK_EVERY_MS, look);
  function look(): void {
    const { commits, activatedActors } = statistics();
    const state = `${commits} commits, ${activatedActors} actors`;
    if (state === seen && state !== collected) {
      collected = state;
      collect();
    }
    seen = state;
    cancel = clock.after(LOOK_EVERY_MS, look);
  }
  return () => cancel();
}
