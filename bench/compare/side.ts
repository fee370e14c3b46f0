import type { RunResult } from "../runs/run-result.ts";

/** One side of a comparison: repeated runs of the same thing. */
export interface Side {
  /** How it was asked for. */
  readonly name: string;
  /** At least one. */
  readonly runs: readonly SideRun[];
}

/** A run and the file that it was read from. */
export interface SideRun {
  readonly path: string;
  readonly result: RunResult;
}
