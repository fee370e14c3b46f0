/** A shard whose segments could not be archived, or not all of them. */
export interface ArchiveFailure {
  readonly shard: number;
  /** One sentence. */
  readonly detail: string;
}

/** What an archiving run has done, or (dry) would do. */
export interface ArchiveReport {
  /** Segments older than this were wanted, milliseconds since the epoch. */
  readonly beforeMs: number;
  readonly dryRun: boolean;
  /** Shards that something was moved from. */
  readonly shards: number;
  readonly blocks: number;
  /** Segments that are in blocks now; takeover records are in the journal as well. */
  readonly segments: number;
  readonly takeoverRecords: number;
  /** Bytes that left the journal (of bodies; rows and their index come on top), and bytes of the blocks. */
  readonly removedBytes: number;
  readonly blockBytes: number;
  /** Shards that were left to another run, which was at work on them. */
  readonly leftToOthers: number;
  readonly failures: readonly ArchiveFailure[];
  readonly elapsedMs: number;
}
