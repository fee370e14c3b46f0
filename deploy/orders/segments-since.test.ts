import { expect, test } from "bun:test";
import type { Segment } from "../../engine/ports/journal.ts";
import { lastSegmentBefore } from "./segments-since.ts";

const SHARD = 3;

/** A shard whose segments are of these times, from number 1 on; null for a takeover by an owner whose clock is wrong. */
function journalOf(times: readonly (number | null)[]) {
  const nothing = { actors: [], sent: [], delivered: [], received: [], called: [], answered: [] };
  const segments = times.map((atMs, index): Segment => {
    const body =
      atMs === null ? { atMs: 9_999, takeover: { owner: "node" }, ...nothing } : { atMs, ...nothing };
    return { shard: SHARD, seq: index + 1, epoch: 1, batchId: "batch", body };
  });
  return {
    pick: (_shard: number, seqs: readonly number[]) =>
      Promise.resolve(seqs.flatMap((seq) => segments[seq - 1] ?? [])),
  };
}

const cases: readonly (readonly [times: readonly (number | null)[], sinceMs: number, last: number])[] = [
  [[10, 20, 30, 40, 50], 30, 2],
  [[10, 20, 30, 40, 50], 31, 3],
  [[10, 20, 20, 20, 50], 20, 1],
  [[10, 20, 30], 5, 0],
  [[10, 20, 30], 99, 3],
  [[null, 10, null, null, 20, null], 15, 2],
  [[null, 10, null, null, 20, null], 25, 5],
  [[null, null], 1, 0],
  [[], 1, 0],
];

test.each(cases)("of segments at %p, the last one before %p has number %p", async (times, sinceMs, last) => {
  const journal = journalOf(times);
  expect(await lastSegmentBefore(journal, SHARD, { headSeq: times.length, sinceMs })).toBe(last);
});
