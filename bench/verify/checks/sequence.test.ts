import { expect, test } from "bun:test";
import { recorded, segment, violationsOf } from "../testing/planted.ts";
import { verifyJournal } from "../verify-journal.ts";
import { sequence } from "./sequence.ts";

test("segments without gaps pass", async () => {
  expect(await violationsOf(sequence, [segment(0, 1), segment(0, 2), segment(1, 1)])).toEqual([]);
});

test("a missing segment is found", async () => {
  const found = await violationsOf(sequence, [segment(0, 1), segment(0, 3)]);
  expect(found).toEqual(["segment 3 follows segment 1"]);
});

test("a missing first segment is found", async () => {
  expect(await violationsOf(sequence, [segment(0, 2)])).toEqual(["segment 2 follows segment 0"]);
});

test("time that falls is found", async () => {
  const found = await violationsOf(sequence, [segment(0, 1, { atMs: 5 }), segment(0, 2, { atMs: 4 })]);
  expect(found).toEqual(["time falls from 5 to 4 ms"]);
});

test("a takeover record may tell an earlier time, the decisions after it may not", async () => {
  const takeover = { owner: "node-b" };
  const segments = [
    segment(0, 1, { atMs: 5 }),
    segment(0, 2, { atMs: 3, takeover }),
    segment(0, 3, { atMs: 4 }),
  ];
  expect(await violationsOf(sequence, segments)).toEqual(["time falls from 5 to 4 ms"]);
});

test("a takeover record may tell a later time than the decisions after it: its owner's clock was set back", async () => {
  const segments = [segment(0, 1, { atMs: 9, takeover: { owner: "node-b" } }), segment(0, 2, { atMs: 4 })];
  expect(await violationsOf(sequence, segments)).toEqual([]);
});

test("a segment that cannot be read is found, and the other shards are still checked", async () => {
  const intact = recorded([segment(0, 1), segment(1, 1)]);
  const damaged = {
    heads: () => intact.heads(),
    read: (shard: number) => (shard === 0 ? failing() : intact.read(shard, 0)),
  };
  const report = await verifyJournal(damaged, { deciders: [], shardCount: 2, checks: [sequence] });
  expect(report.checks[0]?.examples).toEqual([
    { shard: 0, seq: 1, detail: "the segment cannot be read: checksum" },
  ]);
  expect(report.segments).toBe(1);
});

test("a shard that ends before its head is found", async () => {
  const short = { heads: async () => [[0, 2] as const], read: recorded([segment(0, 1)]).read };
  const report = await verifyJournal(short, { deciders: [], shardCount: 1, checks: [sequence] });
  expect(report.checks[0]?.examples[0]?.detail).toBe("the shard ends at segment 1, its head is 2");
});

test("segments that come after the start of the verification are left out", async () => {
  const growing = {
    heads: async () => [[0, 1] as const],
    read: recorded([segment(0, 1), segment(0, 3)]).read,
  };
  const report = await verifyJournal(growing, { deciders: [], shardCount: 1, checks: [sequence] });
  expect([report.segments, report.violations]).toEqual([1, 0]);
});

// oxlint-disable-next-line require-yield -- a read that fails before its first page
async function* failing(): AsyncGenerator<never> {
  throw new Error("checksum");
}
