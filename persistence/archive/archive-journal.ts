import { isConnectionFault } from "../postgres/connection-fault.ts";
import type { Database } from "../postgres/database.ts";
import type { ArchiveFailure, ArchiveReport } from "./archive-report.ts";
import type { BlockLimits } from "./block-cutter.ts";
import { archiveShard } from "./shard-archiver.ts";
import type { ArchivableShard } from "./shard-archiver.ts";

/** What {@link archiveJournal} takes. */
export interface ArchiveOptions {
  /** Segments of decisions made before this go, milliseconds since the epoch. */
  readonly beforeMs: number;
  /** Only tells what would be moved. */
  readonly dryRun?: boolean;
  readonly limits?: BlockLimits;
  /** Called after every page with the number of segments looked at so far and the number that may be looked at. */
  readonly progress?: (segments: number, total: number) => void;
}

interface ShardRow {
  readonly shard: number;
  readonly checkpoint_seq: string;
  readonly head_seq: string;
  readonly archived_seq: string;
}

/** A block of this size packs well and takes some ten milliseconds to read. */
export const defaultBlockLimits: BlockLimits = { segmentsMax: 2_000, bytesMax: 2 * 1024 * 1024 };

const VACUUM_DEADLINE_MS = 3_600_000;

/**
 * Moves segments that are old and that no recovery needs from the journal into blocks of the archive, where readers of
 * the journal find them. Safe while shops run, when it is killed at any moment, and when several do it at once.
 *
 * Of each shard it leaves the segments behind its checkpoint and the newest one, and every takeover record.
 */
export async function archiveJournal(database: Database, options: ArchiveOptions): Promise<ArchiveReport> {
  const startedAtMs = performance.now();
  const { beforeMs, dryRun = false, limits = defaultBlockLimits } = options;
  const figures = { blocks: 0, segments: 0, takeoverRecords: 0, removedBytes: 0, blockBytes: 0 };
  const failures: ArchiveFailure[] = [];
  let shards = 0;
  let leftToOthers = 0;
  let looked = 0;
  const archivable = await archivableShards(database);
  const total = archivable.reduce((sum, { archivedSeq, limitSeq }) => sum + limitSeq - archivedSeq, 0);
  for (const each of archivable) {
    const blocksBefore = figures.blocks;
    try {
      const alone = await archiveShard(database, each, {
        beforeMs,
        dryRun,
        limits,
        looked(segments) {
          looked += segments;
          options.progress?.(looked, total);
        },
        moved({ segments, takeoverSeqs, removedBytes }, blockBytes) {
          figures.blocks += 1;
          figures.segments += segments.length;
          figures.takeoverRecords += takeoverSeqs.length;
          figures.removedBytes += removedBytes;
          figures.blockBytes += blockBytes;
        },
      });
      if (!alone) leftToOthers += 1;
    } catch (error) {
      if (!(error instanceof Error) || isConnectionFault(error)) throw error;
      failures.push({ shard: each.shard, detail: error.message });
    }
    if (figures.blocks > blocksBefore) shards += 1;
  }
  if (figures.blocks > 0 && !dryRun) await vacuum(database);
  const elapsedMs = Math.round(performance.now() - startedAtMs);
  return { beforeMs, dryRun, shards, ...figures, leftToOthers, failures, elapsedMs };
}

/** Shards with segments between the end of their archive and their checkpoint. */
async function archivableShards(database: Database): Promise<readonly ArchivableShard[]> {
  const rows = await database.read(
    (sql) => sql<ShardRow[]>`
      select shard, stored.seq as checkpoint_seq, head.seq as head_seq, coalesce(archived.seq, 0) as archived_seq
      from shard_checkpoint as stored,
      lateral (select max(seq) as seq from journal_segment where shard = stored.shard) as head,
      lateral (select max(last_seq) as seq from journal_archive where shard = stored.shard) as archived
      where head.seq is not null order by shard`,
  );
  return rows
    .map(({ shard, checkpoint_seq: checkpointSeq, head_seq: headSeq, archived_seq: archivedSeq }) => ({
      shard,
      archivedSeq: Number(archivedSeq),
      limitSeq: Math.min(Number(checkpointSeq), Number(headSeq) - 1),
    }))
    .filter(({ archivedSeq, limitSeq }) => limitSeq > archivedSeq);
}

/** Lets new segments take the room of those that left, now rather than when autovacuum comes by. */
async function vacuum(database: Database): Promise<void> {
  const sql = database.connect({ statementDeadlineMs: VACUUM_DEADLINE_MS });
  try {
    // Giving pages at the end of the file back to the disk would need a lock that appends wait for.
    await sql`vacuum (truncate false) journal_segment`;
  } finally {
    await sql.end();
  }
}
