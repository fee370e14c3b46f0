import type { AnyDecider } from "../contract/decider.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { ExternalPort } from "../ports/external.ts";
import type { Claimant, Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import type { Item } from "../transport/items.ts";
import type { LaneLimits } from "./limits.ts";

/** What a lane runs on. */
export interface LaneDependencies {
  readonly lane: number;
  /** Names this run of this lane in the journal's takeover records. */
  readonly owner: string;
  /** Only shards that the stored placement gives to this lane and start of the node are taken over; undefined: any. */
  readonly claimant?: Claimant;
  /** Number of shards of the whole shop. */
  readonly shardCount: number;
  readonly deciders: readonly AnyDecider[];
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly ports: ReadonlyMap<string, ExternalPort>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly limits: LaneLimits;
  /** Sends to the lane that has a shard, wherever it is: another one, or this one while the shard is on its way here. */
  readonly send: (shard: number, item: Item) => void;
  readonly lost: LossHook;
  /** Called once when the lane cannot go on: the node has to end. */
  readonly fatal: (error: unknown) => void;
}

/**
 * Told of shards that other owners have taken over unasked. Says whether the lane goes on with those that are left, or
 * ends: then nobody is told anything more, and {@link LaneDependencies.fatal} gets an `OwnershipLost`.
 */
export type LossHook = (shards: readonly number[]) => "goOn" | "end";
