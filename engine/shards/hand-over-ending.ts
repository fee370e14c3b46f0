import type { HandOverEnd } from "./hand-over.ts";
import type { PhasesMs } from "./phase-times.ts";

/** How a planned move ended. */
export interface HandOverEnding {
  readonly owner: HandOverEnd;
  /**
   * How long clients may have waited, milliseconds: until the target served, counted from the order to stop, or as long as a
   * node kept what was sent to these shards, if that was longer.
   */
  readonly pauseMs: number;
  /** How long it was in each phase, milliseconds. */
  readonly phasesMs: PhasesMs;
  /** What went wrong last; undefined when nothing did. */
  readonly trouble: string | undefined;
  /** Nodes that live and never said that their routers send on. */
  readonly unheard: readonly string[];
}
