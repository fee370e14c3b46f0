import type { Journal } from "../../engine/ports/journal.ts";
import type { FirstPositions } from "../../engine/ports/webhook-store.ts";

const SHARDS_AT_ONCE = 8;

/** Behind all that has happened. */
export function positionsNow(journal: Journal): Promise<FirstPositions> {
  return journal.heads();
}

/** Behind the last segment of each shard that was committed before that time, archived ones included. */
export async function positionsAt(journal: Journal, atMs: number): Promise<FirstPositions> {
  const heads = await journal.heads();
  const left = heads.values();
  const found: (readonly [shard: number, seq: number])[] = [];
  const search = async (): Promise<void> => {
    for (const [shard, seq] of left) found.push([shard, await lastBefore(journal, shard, seq, atMs)]);
  };
  await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, search));
  return found;
}

/** The times of segments do not fall, but for takeover records, which have the time of another clock: they are passed over. */
async function lastBefore(journal: Journal, shard: number, headSeq: number, atMs: number): Promise<number> {
  let before = 0;
  let after = headSeq + 1;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const found = await decidedFrom(journal, shard, middle, after);
    if (found !== undefined && found.atMs < atMs) before = found.seq;
    else after = middle;
  }
  return before;
}

/** The first segment from `seq` on, and before `endSeq`, that is no takeover record. */
async function decidedFrom(
  journal: Journal,
  shard: number,
  seq: number,
  endSeq: number,
): Promise<{ readonly seq: number; readonly atMs: number } | undefined> {
  for (let at = seq; at < endSeq; at += 1) {
    const [segment] = await journal.pick(shard, [at]);
    if (segment !== undefined && segment.body.takeover === undefined)
      return { seq: at, atMs: segment.body.atMs };
  }
  return undefined;
}
