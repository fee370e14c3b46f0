import type { Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { ActorCell } from "./actor-cell.ts";
import { foldHistory } from "./fold.ts";
import type { Shard } from "./shard.ts";
import type { LaneCounters } from "./lane-counters.ts";

/** What rebuilding needs of its lane. */
export interface RebuildDependencies {
  readonly lane: number;
  readonly journal: Journal;
  readonly log: Log;
  readonly counters: LaneCounters;
}

/**
 * Rebuilds known actors without a readable snapshot from the journal, up to the shard's last checkpoint, and says so. The
 * next checkpoint stores good ones.
 */
export async function rebuild(
  { lane, journal, log, counters }: RebuildDependencies,
  shard: Shard,
  cells: readonly ActorCell[],
): Promise<void> {
  if (cells.length === 0) return;
  await foldHistory(shard, cells, journal);
  for (const cell of cells) shard.repair(cell);
  counters.rebuiltActors += cells.length;
  const fields = { lane, shard: shard.number, seq: shard.checkpointSeq, count: cells.length };
  // The first one stands for all: damage to a disk may be in thousands at a time.
  log.warn(
    { ...fields, address: cells[0]?.addressText },
    "actors without a readable snapshot were rebuilt from the journal",
  );
}
