import type { Claim, Segment } from "../ports/journal.ts";
import type { Shard } from "./shard.ts";
import { Tail, type RecoverySources } from "./tail.ts";

// Shards read at a time: enough to keep the database busy, few enough that a recovering lane does not starve the others.
const SHARDS_AT_A_TIME = 8;
// Each recovery leaves a record in every shard. A tail of more of them than this is worth a checkpoint.
const BARE_TAIL_MAX = 16;

/** Shards as the journal has them. */
export interface RecoveredShards {
  readonly shards: ReadonlyMap<number, Shard>;
  /** Whether the commit asked about is among what was read. */
  readonly found: boolean;
}

/** Shards that were taken over, as far as they could be read. */
export interface ReadShards {
  readonly shards: ReadonlyMap<number, Shard>;
  /** Why the others could not be read, by shard. */
  readonly faults: ReadonlyMap<number, unknown>;
}

/**
 * Rebuilds shards that were just claimed: folds each one's checkpoint and the tail of its journal. Actors of the tail are
 * activated; all others stay where they are until somebody wants them.
 *
 * `batchId` names a commit of unknown fate. No owner before this one can append any more, so what is not found now
 * never took place.
 * @throws when one of them cannot be read.
 */
export async function recoverShards(
  claims: readonly Claim[],
  sources: RecoverySources,
  batchId: string | undefined,
): Promise<RecoveredShards> {
  const tails = await beginTails(
    claims.map(({ shard }) => shard),
    sources,
  );
  const shards = new Map<number, Shard>();
  let found = false;
  await someAtATime(claims, async (claim) => {
    const recovered = await recoverShard(claim, tails.get(claim.shard) as Tail, sources, (segment) => {
      if (segment.batchId === batchId) found = true;
    });
    shards.set(claim.shard, recovered);
  });
  return { shards, found };
}

/** Rebuilds shards that were just claimed, those `prepared` from where they are; one that cannot be read holds no other up. */
export async function readShards(
  claims: readonly Claim[],
  sources: RecoverySources,
  prepared: ReadonlyMap<number, Tail>,
): Promise<ReadShards> {
  const unread = claims.map(({ shard }) => shard).filter((shard) => !prepared.has(shard));
  // What is wrong with one of them shows when they are begun one by one.
  const begun = await beginTails(unread, sources).catch(() => new Map<number, Tail>());
  const shards = new Map<number, Shard>();
  const faults = new Map<number, unknown>();
  await someAtATime(claims, async (claim) => {
    const { shard } = claim;
    try {
      const tail = prepared.get(shard) ?? begun.get(shard) ?? (await beginTails([shard], sources)).get(shard);
      shards.set(shard, await recoverShard(claim, tail as Tail, sources, () => undefined));
    } catch (error) {
      faults.set(shard, error);
    }
  });
  return { shards, faults };
}

async function someAtATime(
  claims: readonly Claim[],
  recover: (claim: Claim) => Promise<void>,
): Promise<void> {
  const queue = [...claims];
  const work = async (): Promise<void> => {
    for (let claim = queue.shift(); claim !== undefined; claim = queue.shift()) await recover(claim);
  };
  await Promise.all(Array.from({ length: SHARDS_AT_A_TIME }, work));
}

async function recoverShard(
  claim: Claim,
  begun: Tail,
  sources: RecoverySources,
  seen: (segment: Segment) => void,
): Promise<Shard> {
  const aheadSeq = begun.shard.checkpointSeq;
  // A checkpoint that reaches as far as the takeover record holds more than the journal does, or is a successor's.
  const isAhead = aheadSeq >= claim.seq;
  const tail = isAhead ? new Tail(claim.shard, undefined, sources) : begun;
  await tail.finish(claim, seen);
  // The journal has been read to its end: it decides, as there is no successor.
  if (isAhead) await discard(claim, aheadSeq, sources);
  const { shard } = tail;
  // No event would ever end the tail of a shard that nobody uses.
  if (shard.tailEvents === 0 && claim.seq - shard.checkpointSeq > BARE_TAIL_MAX) shard.grow(0);
  return shard;
}

/**
 * The tails of shards, nothing of them read yet but their checkpoints and next timers. With `piece`, each checkpoint is decoded
 * once that has resolved; without, all of them in one go.
 */
export async function beginTails(
  numbers: readonly number[],
  sources: RecoverySources,
  piece?: (bytes: number) => Promise<void>,
): Promise<ReadonlyMap<number, Tail>> {
  // Shards that were read ahead are not to wait for questions about no shard.
  if (numbers.length === 0) return new Map();
  const { snapshots, timerWindowLength } = sources;
  const checkpoints = await snapshots.checkpoints(numbers, piece);
  // After the checkpoints: one that is still being stored meanwhile may bring timers that its own tail no longer tells of.
  const timers = await snapshots.timers(
    numbers.map((shard) => ({ shard, afterMs: -1 })),
    timerWindowLength,
  );
  const checkpointOf = new Map(checkpoints.map((checkpoint) => [checkpoint.shard, checkpoint]));
  const tails = new Map(
    numbers.map((shard) => [shard, new Tail(shard, checkpointOf.get(shard), sources)] as const),
  );
  for (const window of timers) tails.get(window.shard)?.shard.timers.take(window);
  return tails;
}

/** While they are there, the store takes nothing older: actors would leave memory and come back as the journal never had them. */
async function discard(
  { shard, seq }: Claim,
  aheadSeq: number,
  { snapshots, log }: RecoverySources,
): Promise<void> {
  if (!(await snapshots.discard(shard, aheadSeq))) return;
  log.error({ shard, seq, aheadSeq }, "snapshots that reach further than the journal were discarded");
}
