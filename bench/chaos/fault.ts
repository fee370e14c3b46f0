import type { ChaosWorld, WorldOptions } from "./chaos-world.ts";
import type { TestedWorld } from "./tested-world.ts";

/** How a fault is known. */
export interface FaultName {
  readonly name: string;
  /** What happens, in one sentence. */
  readonly sentence: string;
  /** Why it cannot be done on this machine; undefined when it can. */
  readonly obstacle?: () => string | undefined;
}

/** Something that goes wrong on purpose in a world, and what becomes of it. */
export interface FaultOf<World extends TestedWorld> extends FaultName {
  /**
   * Does the damage, calls `Load.mark` when it is done, and repairs what an operator would repair. `cycle` counts from 0.
   */
  strike(world: World, cycle: number): Promise<Strike>;
}

/** A fault of a shop that is alone. */
export interface Fault extends FaultOf<ChaosWorld> {
  readonly world: WorldOptions;
}

/** A fault that has struck. */
export interface Strike {
  /** From when the time to serve again counts, milliseconds since the epoch. */
  readonly sinceMs: number;
  /**
   * Resolves when everything that was struck serves again, with milliseconds since the epoch; undefined when all of it served
   * all the time. Unless told: with the first order that was begun and acknowledged after the mark.
   */
  readonly served?: (deadlineMs: number) => Promise<number | undefined>;
  /** No command may be told to ask again. */
  readonly isUnnoticed?: boolean;
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
