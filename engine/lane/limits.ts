/** Bounds of one lane. Every queue, batch and memory of the lane ends at one of these. */
export interface LaneLimits {
  /**
   * Items that may wait in the mailbox; one more client command is refused as overloaded. Messages may wait up to twice as many.
   * As many may wait for actors to be loaded.
   */
  readonly mailboxLengthMax: number;
  /** Decisions that may go into one batch before the lane waits for the commit in flight to return. */
  readonly batchDecisionsMax: number;
  /** Idempotency keys that an actor remembers once they are settled, the newest first. */
  readonly keysPerActorMax: number;
  /** Messages of one outbox on their way to one shard at a time. */
  readonly outboxWindow: number;
  /** Undelivered messages of one shard; beyond it new commands for its actors are refused as overloaded. */
  readonly outboxLengthMax: number;
  /** Calls to the outside in flight at a time. */
  readonly callsInFlightMax: number;
  /** A message or call without an answer is repeated after this time, ms. */
  readonly redeliverAfterMs: number;
  /** Actors kept in memory; beyond it those leave that are checkpointed and least needed. */
  readonly activatedActorsMax: number;
  /** Actors that are not in memory take no commands beyond this many: they are refused as overloaded. */
  readonly crowdedActorsMax: number;
  /** Actors that nobody has used for this long leave memory too, once they are checkpointed, ms. */
  readonly idleActorMs: number;
  /** Timers of a shard's actors that are read from the store at a time; later ones take no memory. */
  readonly timerWindowLength: number;
  /** A shard is checkpointed when its journal tail has this many events… */
  readonly checkpointEventsMax: number;
  /** …or its tail is this old, ms… */
  readonly checkpointAgeMs: number;
  /** …or it has the longest one of a lane whose tails have more events than this in all. */
  readonly laneTailEventsMax: number;
  /**
   * Shards that are read ahead at a time: memory holds what the journal has sent of so many. They are read in pieces of about two
   * milliseconds; what cannot be cut takes longer in one go: a large segment, a block of the archive, and of a shard with
   * 100,000 known actors decoding them (2–5 ms) and taking them in (5–35 ms).
   */
  readonly readAheadShardsMax: number;
  /** Shards that were read ahead and are not taken over leave memory after this time, ms. */
  readonly preparedForMs: number;
  /** What a refused or unanswered caller is told to wait before it tries again, ms. */
  readonly retryAfterMs: number;
  /** First and longest wait between attempts to recover from the journal, ms. */
  readonly recoverDelayMs: number;
  readonly recoverDelayMaxMs: number;
  /** How long the lane answers from memory after the journal has confirmed that it owns its shards, ms. */
  readonly ownershipConfirmedMs: number;
  /** Age at which a confirmation is renewed ahead of time, ms; at most half of `ownershipConfirmedMs`. */
  readonly ownershipRenewMs: number;
}

/** Sound for a node of a few cores and 1 GiB. */
export const defaultLaneLimits: LaneLimits = {
  mailboxLengthMax: 20_000,
  batchDecisionsMax: 5_000,
  keysPerActorMax: 32,
  outboxWindow: 1_000,
  outboxLengthMax: 20_000,
  callsInFlightMax: 5_000,
  redeliverAfterMs: 1_000,
  activatedActorsMax: 50_000,
  crowdedActorsMax: 150_000,
  idleActorMs: 60_000,
  timerWindowLength: 256,
  checkpointEventsMax: 8_000,
  checkpointAgeMs: 30_000,
  laneTailEventsMax: 200_000,
  readAheadShardsMax: 8,
  preparedForMs: 60_000,
  retryAfterMs: 200,
  recoverDelayMs: 50,
  recoverDelayMaxMs: 2_000,
  ownershipConfirmedMs: 1_000,
  ownershipRenewMs: 500,
};
