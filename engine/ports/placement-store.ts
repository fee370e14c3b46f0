/** A lane of a node: where shards can be. */
export interface LanePlace {
  readonly node: string;
  /** Number of the lane within its node, from 0. */
  readonly lane: number;
}

/** Where one shard belongs. */
export interface ShardPlace extends LanePlace {
  /** Somebody wants it there: balancing leaves it alone. */
  readonly pinned: boolean;
}

/** Which lane should have which shard. Who has it, as the journal sees it, is decided by epochs alone. */
export interface Placement {
  /** Grows with each change; 0 when nobody has been given anything. */
  readonly version: number;
  /** By shard; undefined: nobody. */
  readonly shards: readonly (ShardPlace | undefined)[];
}

/** A shard's new place. */
export interface ShardChange extends ShardPlace {
  readonly shard: number;
}

/** Who changes the placement, and why: kept with the change. */
export interface ChangeOrigin {
  /** The term of the coordinator that changes it: one that has a successor can change nothing. */
  readonly term: number;
  /** A code, such as `drain`, `balance`, `orphan` or `asked`. */
  readonly reason: string;
  /** Who asked for it: an operator's name, or the coordinator itself. */
  readonly askedBy: string;
}

/** One change of the placement, as it is kept. */
export interface PlacementChange extends ChangeOrigin {
  /** The version that it made. */
  readonly version: number;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly atMs: number;
  /** By shard, ascending. */
  readonly moved: readonly MovedShard[];
}

/** What became of one shard in a change. */
export interface MovedShard {
  readonly shard: number;
  /** Undefined: it was nobody's. */
  readonly from: ShardPlace | undefined;
  readonly to: ShardPlace;
}

/** The placement is no longer the one that the change was made for: read it again, and plan anew. Nothing was changed. */
export class PlacementChanged extends Error {
  override readonly name = "PlacementChanged";
}

/** The placement, durably. */
export interface PlacementStore {
  read(): Promise<Placement>;
  /**
   * Gives shards other places, all or none, if the stored version is `expectedVersion`. Returns the new version. When it fails
   * in any other way than these two, the version tells whether it took effect.
   * @throws {PlacementChanged}
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  change(expectedVersion: number, changes: readonly ShardChange[], origin: ChangeOrigin): Promise<number>;
  /** At most `countMax` changes that made a version before `beforeVersion`, the newest first. */
  history(countMax: number, beforeVersion?: number): Promise<readonly PlacementChange[]>;
  /**
   * Deletes changes from the history that were made `keptMs` ago or earlier, at most `countMax`, the oldest first. Returns how many.
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  forget(keptMs: number, countMax: number, term: number): Promise<number>;
  close(): Promise<void>;
}
