import type { Database } from "../postgres/database.ts";
import { CommitRegister } from "./commit-register.ts";
import { inspectShard } from "./inspect-shard.ts";
import { inspectCheckpoint, inspectSnapshots } from "./inspect-snapshots.ts";
import { JournalFindings } from "./journal-findings.ts";
import type { JournalFinding } from "./journal-findings.ts";
import { overviewShards } from "./shard-overview.ts";

/** What {@link checkJournal} needs to know. */
export interface CheckOptions {
  /** Number of shards that the database was made with. */
  readonly shardCount: number;
  /** Versions of the actors that this program knows, by kind. */
  readonly versions: ReadonlyMap<string, number>;
  /** Looks at this shard only. */
  readonly shard?: number;
  /** Called after every page with the number of segments looked at so far and in all. */
  readonly segmentsProgress?: (segments: number, total: number) => void;
  /** Called after every page with the number of snapshots looked at so far. */
  readonly snapshotsProgress?: (snapshots: number) => void;
}

/** What a check has looked at, and what it has found. */
export interface CheckReport {
  /** All findings; of these the first are in `examples`. */
  readonly findings: number;
  readonly examples: readonly JournalFinding[];
  readonly shards: number;
  readonly segments: number;
  /** Blocks of the archive; their segments are among `segments`. */
  readonly blocks: number;
  readonly checkpoints: number;
  readonly snapshots: number;
  readonly elapsedMs: number;
}

/**
 * Reads everything that is stored, byte by byte, and compares it with its checksums, numbers and epochs. Unlike readers
 * of the journal it goes on behind what is wrong. A journal that grows meanwhile is looked at up to where it was.
 */
export async function checkJournal(database: Database, options: CheckOptions): Promise<CheckReport> {
  const startedAtMs = performance.now();
  const { shardCount, versions, shard: wanted } = options;
  const findings = new JournalFindings();
  const inspection = { findings, commits: new CommitRegister(), versions };
  const everyShard = await overviewShards(database);
  const shards = everyShard.filter(({ shard }) => wanted === undefined || shard === wanted);
  const total = shards.reduce((sum, { head }) => sum + (head?.seq ?? 0), 0);
  let [segments, blocks, checkpoints, snapshots, looked] = [0, 0, 0, 0, 0];
  for (const overview of shards) {
    const { shard } = overview;
    if (shard < 0 || shard >= shardCount)
      findings.add({ about: "sequence", shard, detail: `the database has ${shardCount} shards, from 0` });
    const figures = await inspectShard(database, overview, inspection, (more) => {
      looked += more;
      options.segmentsProgress?.(looked, total);
    });
    segments += figures.segments;
    blocks += figures.blocks;
  }
  looked = 0;
  for (const { shard } of shards) {
    if (await inspectCheckpoint(database, shard, inspection)) checkpoints += 1;
    snapshots += await inspectSnapshots(database, shard, inspection, (more) => {
      looked += more;
      options.snapshotsProgress?.(looked);
    });
  }
  return {
    findings: findings.count,
    examples: findings.kept,
    shards: shards.length,
    segments,
    blocks,
    checkpoints,
    snapshots,
    elapsedMs: Math.round(performance.now() - startedAtMs),
  };
}
