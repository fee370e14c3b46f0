import type { LanePlace, Placement } from "./placement-store.ts";

/** What a shard has cost its lane since it was measured last. */
export interface ShardMeasurement {
  readonly shard: number;
  /** Share of one core: 0 for a shard without work. */
  readonly cost: number;
}

/** What a lane has measured since it did last. */
export interface LaneMeasurement {
  /** Share of one core that its thread has used, 0 to 1. */
  readonly load: number;
  /** The shards that it has served all the time. */
  readonly shards: readonly ShardMeasurement[];
}

/** What became of shards that a lane was to take over. */
export interface Adopted {
  /** Those of them that are served by then. */
  readonly served: readonly number[];
  /** Those that the lane has taken over and cannot serve, each with what is wrong with it. */
  readonly unread: readonly { readonly shard: number; readonly why: string }[];
  /** How long all that were asked for have been served, milliseconds, if another lane has handed them over; else absent. */
  readonly servedForMs?: number;
}

/** The move in which a lane lets go of shards. `announcement` tells all nodes where they are by then, as it is published. */
export interface LeaveForMove {
  /** Number of the move. */
  readonly move: number;
  /** Who is told at once; undefined when the move is undone. */
  readonly next: { readonly to: LanePlace; readonly announcement: string } | undefined;
}

/** Lanes and routers of one node, as its agent directs them. All of it may be asked for twice. */
export interface NodeThreads {
  /**
   * Reads ahead what another owner still has.
   * @throws when it cannot be read.
   */
  prepare(lane: number, shards: readonly number[]): Promise<void>;
  /**
   * Takes those of the shards over that the stored placement gives to this lane, and serves those that can be read.
   * @throws when they cannot be taken over.
   */
  adopt(lane: number, shards: readonly number[]): Promise<Adopted>;
  /**
   * Finishes what the lane has begun for these shards, and forgets them. Resolves when the journal has everything. In a move a
   * lane that is on the bus tells its successor and all nodes by itself; that word may be lost.
   */
  letGo(lane: number, shards: readonly number[], leave?: LeaveForMove): Promise<void>;
  /**
   * Every router keeps what is sent to these shards from now on, until they have moved or are released, or it has been long.
   * `move` is the number of the move that needs it: they grow, so that an order of one that is over changes nothing.
   */
  hold(shards: readonly number[], move: number): Promise<void>;
  /** A move is over: every router sends on to the shards' present owners what it kept for them. */
  release(shards: readonly number[], move: number): Promise<void>;
  /** Every router goes on by this placement. */
  apply(placement: Placement): Promise<void>;
  /** What a lane and its shards have cost since this was asked last. */
  measure(lane: number): Promise<LaneMeasurement>;
}
