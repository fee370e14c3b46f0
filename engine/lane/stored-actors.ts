import { formatAddress } from "../contract/address.ts";
import { OwnershipLost, type Journal, type Segment } from "../ports/journal.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import type { ActorCell } from "./actor-cell.ts";
import { eventCountOf, foldEntry } from "./fold.ts";
import { seqsOf, step, type Footprint } from "./footprint.ts";
import type { Shard } from "./shard.ts";

/** Where known actors are read from. */
export interface StoredActorSources {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  /** Folds what is found nowhere else. */
  readonly rebuild: (shard: Shard, cells: readonly ActorCell[]) => Promise<void>;
}

/** A known actor, and the segments that it is read from. */
interface Walked {
  readonly cell: ActorCell;
  readonly seqs: readonly number[];
}

/**
 * Brings known actors of a shard back, each a fresh cell: from its footprint in the journal or from its snapshot and, where
 * neither can be read, from one pass over the shard's journal. Returns the number of the segment that each one's stored
 * state reaches up to, but for those that were rebuilt.
 * @throws {OwnershipLost} when a snapshot is newer than all that its lane has of the shard.
 */
export async function restoreActors(
  shard: Shard,
  cells: readonly ActorCell[],
  { journal, snapshots, rebuild }: StoredActorSources,
): Promise<ReadonlyMap<ActorCell, number>> {
  const walked: Walked[] = [];
  const snapped: ActorCell[] = [];
  for (const cell of cells) {
    const footprint: Footprint | undefined = shard.known.footprint(cell.addressText);
    if (footprint === undefined) snapped.push(cell);
    else walked.push({ cell, seqs: seqsOf(footprint) });
  }
  const reached = new Map<ActorCell, number>();
  await Promise.all([
    fromFootprints(shard, walked, journal, reached),
    fromSnapshots(shard, snapped, snapshots, reached),
  ]);
  await rebuild(
    shard,
    cells.filter((cell) => !reached.has(cell)),
  );
  return reached;
}

async function fromFootprints(
  shard: Shard,
  walked: readonly Walked[],
  journal: Journal,
  reached: Map<ActorCell, number>,
): Promise<void> {
  if (walked.length === 0) return;
  const wanted = new Set(walked.flatMap(({ seqs }) => seqs));
  const segments = await journal.pick(
    shard.number,
    [...wanted].sort((left, right) => left - right),
  );
  const bySeq = new Map(segments.map((segment) => [segment.seq, segment]));
  for (const { cell, seqs } of walked) {
    const life = seqs.flatMap((seq) => bySeq.get(seq) ?? []);
    // Where a footprint leads to somebody else, nothing of it counts.
    if (!life.every((segment) => entryOf(segment, cell) !== undefined)) continue;
    for (const segment of life) foldSegment(cell, segment);
    reached.set(cell, seqs.at(-1) ?? 0);
  }
}

async function fromSnapshots(
  shard: Shard,
  cells: readonly ActorCell[],
  snapshots: SnapshotStore,
  reached: Map<ActorCell, number>,
): Promise<void> {
  if (cells.length === 0) return;
  const stored = await snapshots.load(
    shard.number,
    cells.map((cell) => cell.address),
  );
  const byAddress = new Map(stored.map((found) => [formatAddress(found), found]));
  for (const cell of cells) {
    const found = byAddress.get(cell.addressText);
    if (found !== undefined) assertOwn(shard, found.seq);
    if (found !== undefined && cell.restore(found.snapshot)) reached.set(cell, found.seq);
  }
}

/** What a successor has stored must not be told as the state at an earlier place of the journal, with an epoch that is over. */
function assertOwn({ number, epoch, seq }: Shard, storedSeq: number): void {
  // While another owner has the shard, its snapshots are what is wanted.
  if (epoch === 0 || storedSeq <= seq) return;
  throw new OwnershipLost(`another owner has stored actors of shard ${number} past segment ${seq}`);
}

function foldSegment(cell: ActorCell, segment: Segment): void {
  const entry = entryOf(segment, cell);
  if (entry === undefined) return;
  foldEntry(cell, entry, segment.body.atMs);
  step(cell, segment.seq, eventCountOf(segment.body));
}

function entryOf({ body }: Segment, { address }: ActorCell) {
  const { tenant, kind, id } = address;
  return body.actors.find((entry) => entry.id === id && entry.kind === kind && entry.tenant === tenant);
}
