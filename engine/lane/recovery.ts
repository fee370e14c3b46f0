import { assert } from "../contract/assert.ts";
import type { AnyDecider } from "../contract/decider.ts";
import type { ActorEntry } from "../contract/segment.ts";
import type { Claim, Journal, Segment } from "../ports/journal.ts";
import type { Checkpoint, SnapshotStore, StoredSnapshot } from "../ports/snapshots.ts";
import { ActorCell } from "./actor-cell.ts";
import { foldEntry, foldHistory } from "./fold.ts";
import { KnownActors } from "./known-actors.ts";
import { Shard } from "./shard.ts";
import { trustedAddress } from "./work.ts";

// Shards read at a time: enough to keep the database busy, few enough that a recovering lane does not starve the others.
const SHARDS_AT_A_TIME = 8;

/** What recovery reads from. */
export interface RecoverySources {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
}

/** Shards as the journal has them, and the names of the commits that were found in their tails. */
export interface RecoveredShards {
  readonly shards: Map<number, Shard>;
  readonly batchIds: ReadonlySet<string>;
}

/**
 * Takes shards over and rebuilds them: raises their epochs, then folds each one's checkpoint and the tail of its journal.
 * Actors of the tail are activated; all others stay where they are until somebody wants them.
 */
export async function recoverShards(
  numbers: readonly number[],
  owner: string,
  sources: RecoverySources,
): Promise<RecoveredShards> {
  const claims = await sources.journal.claim(numbers, owner);
  const [checkpoints, timers] = await Promise.all([
    sources.snapshots.checkpoints(numbers),
    sources.snapshots.timers(numbers),
  ]);
  const checkpointOf = new Map(checkpoints.map((checkpoint) => [checkpoint.shard, checkpoint]));
  const shards = new Map<number, Shard>();
  const batchIds = new Set<string>();
  const queue = [...claims];
  const work = async (): Promise<void> => {
    for (let claim = queue.shift(); claim !== undefined; claim = queue.shift()) {
      const shard = await recoverShard(claim, checkpointOf.get(claim.shard), batchIds, sources);
      shards.set(shard.number, shard);
    }
  };
  await Promise.all(Array.from({ length: SHARDS_AT_A_TIME }, work));
  for (const timer of timers) {
    shards.get(timer.shard)?.timers.schedule(`${timer.tenant}/${timer.kind}/${timer.id}`, timer.dueAtMs);
  }
  return { shards, batchIds };
}

async function recoverShard(
  claim: Claim,
  checkpoint: Checkpoint | undefined,
  batchIds: Set<string>,
  sources: RecoverySources,
): Promise<Shard> {
  const shard = new Shard(claim.shard, claim.epoch, claim.seq);
  if (checkpoint !== undefined) {
    shard.checkpointSeq = checkpoint.seq;
    shard.known = new KnownActors(checkpoint.known);
    shard.restoreMemory(checkpoint.memory);
  }
  // The takeover record is the last segment; when it is all that follows the checkpoint there is no tail.
  if (claim.seq === shard.checkpointSeq + 1) return shard;
  const tail: Segment[] = [];
  for await (const page of sources.journal.read(claim.shard, shard.checkpointSeq)) tail.push(...page);
  assert(
    tail.at(-1)?.seq === claim.seq,
    `the journal of shard ${claim.shard} does not end at its takeover record`,
  );
  await fold(shard, tail, sources);
  for (const segment of tail) batchIds.add(segment.batchId);
  return shard;
}

async function fold(shard: Shard, tail: readonly Segment[], sources: RecoverySources): Promise<void> {
  const entries = new Map<string, ActorEntry>();
  for (const segment of tail) {
    for (const entry of segment.body.actors) entries.set(`${entry.tenant}/${entry.kind}/${entry.id}`, entry);
  }
  const known = [...entries]
    .filter(([addressText]) => shard.known.has(addressText))
    .map(([, entry]) => entry);
  const snapshots = known.length === 0 ? [] : await sources.snapshots.load(shard.number, known);
  const stored = new Map(
    snapshots.map((snapshot) => [`${snapshot.tenant}/${snapshot.kind}/${snapshot.id}`, snapshot]),
  );
  for (const [addressText, entry] of entries) {
    shard.cells.set(addressText, restoreCell(shard, addressText, entry, stored.get(addressText), sources));
  }
  const unreadable = known.filter((entry) => !stored.has(`${entry.tenant}/${entry.kind}/${entry.id}`));
  if (unreadable.length > 0) {
    const cells = unreadable.map(
      (entry) => shard.cells.get(`${entry.tenant}/${entry.kind}/${entry.id}`) as ActorCell,
    );
    await foldHistory(shard, cells, sources.journal);
  }
  for (const segment of tail) {
    shard.replay(segment.body);
    for (const entry of segment.body.actors) {
      const cell = shard.cells.get(`${entry.tenant}/${entry.kind}/${entry.id}`) as ActorCell;
      foldEntry(cell, entry, segment.body.atMs);
      shard.dirty.add(cell);
    }
  }
  shard.tailSinceMs = tail[0]?.body.atMs ?? 0;
  for (const cell of shard.cells.values()) {
    const dueAtMs = cell.decider.dueAtMs(cell.state);
    if (dueAtMs !== undefined) shard.timers.schedule(cell.addressText, dueAtMs);
  }
}

function restoreCell(
  shard: Shard,
  addressText: string,
  entry: ActorEntry,
  stored: StoredSnapshot | undefined,
  sources: RecoverySources,
): ActorCell {
  const decider = sources.deciders.get(entry.kind);
  assert(
    decider !== undefined,
    `the journal has actors of kind ${entry.kind}, which this program does not know`,
  );
  const cell = new ActorCell(trustedAddress(entry.tenant, entry.kind, entry.id), addressText, decider, shard);
  if (stored !== undefined) cell.restore(stored.snapshot);
  return cell;
}
