import type { ChaosWorld, WorldOptions } from "./chaos-world.ts";

/** Something that goes wrong on purpose, and what becomes of it. */
export interface Fault {
  readonly name: string;
  /** What happens, in one sentence. */
  readonly sentence: string;
  readonly world: WorldOptions;
  /** Why it cannot be done on this machine; undefined when it can. */
  readonly obstacle?: () => string | undefined;
  /**
   * Does the damage, calls `Load.mark` when it is done, and repairs what an operator would repair. `cycle` counts from 0.
   */
  strike(world: ChaosWorld, cycle: number): Promise<Strike>;
}

/** A fault that has struck. */
export interface Strike {
  /** From when the time to serve again counts, milliseconds since the epoch. */
  readonly sinceMs: number;
  /** What has to happen once orders are acknowledged again. */
  readonly settle?: () => Promise<Settled>;
}

/** What came of a strike beside the time that it took. */
export interface Settled {
  /** What was not as it has to be, one sentence each. */
  readonly problems: readonly string[];
  /** Appends of a former owner that the fence refused; whether one was accepted is for the journal to say. */
  readonly fencedAppends: number;
}
