import type { Saturation, TimelineSecond } from "./run-result.ts";

/** What a run is doing. */
export type RunStage =
  "listing products" | "opening connections" | "running" | "finishing" | "comparing with the journal";

/** Follows a run from outside. */
export interface RunWatch {
  /** Ends the run early; what was measured so far counts. */
  readonly signal?: AbortSignal;
  /** How much of a stage is done, where that is known. */
  readonly stage?: (stage: RunStage, done?: number, total?: number) => void;
  /** Called with every second, the warm-up included, soon after it is over. */
  readonly second?: (second: TimelineSecond) => void;
  /** Called with what is known so far, from when the generators cannot keep up on, with every second of one of them. */
  readonly saturated?: (saturation: Saturation) => void;
}
