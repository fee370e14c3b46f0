import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { refusal } from "../testing/refusal.ts";
import { readAll, readMarks, segmentsAfter } from "../testing/samples.ts";
import { ArchiveRig } from "./testing/archive-rig.ts";

const LATER = 1_000_000;

let rig: ArchiveRig;
beforeAll(async () => {
  rig = await ArchiveRig.open();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

describe("archiving the journal", () => {
  test("changes nothing that a reader sees, from any place and in pages of any length", async () => {
    await rig.grow([1], 1, 9);
    await rig.grow([1], 10, 15);
    await rig.checkpoint(1, 14);
    const before = await readAll(rig.journal, 1);
    const report = await rig.archive(LATER);
    expect([report.segments, report.blocks, report.takeoverRecords]).toEqual([14, 4, 2]);
    expect(await rig.blocks(1)).toEqual([
      [1, 4],
      [5, 8],
      [9, 12],
      [13, 14],
    ]);
    for (const pageSegments of [1, 3, 4, 500])
      for (let afterSeq = 0; afterSeq <= before.length; afterSeq++)
        expect(await readAll(rig.open(pageSegments), 1, afterSeq)).toEqual(before.slice(afterSeq));
  });

  test("a reader that has other things to do is told of a block before it is unpacked, and of how much it may unpack to", async () => {
    await rig.grow([1], 1, 9);
    await rig.checkpoint(1, 8);
    await rig.archive(LATER);
    const [block] = await rig.sql<{ bytes: number }[]>`
      select octet_length(body) as bytes from journal_archive where last_seq = 4`;
    const told: number[] = [];
    const pages = rig.open().read(1, 0, async (bytes) => void told.push(bytes));
    for await (const page of pages) if (page[0]?.seq === 2) break;
    // The takeover record, which stays in the journal; the block; its first segments.
    expect(told).toHaveLength(3);
    expect(told[1]).toBeGreaterThan(2 * (block?.bytes ?? 0));
  });

  test("segments are picked from wherever they are", async () => {
    await rig.grow([1], 1, 15);
    await rig.checkpoint(1, 10);
    const before = await readAll(rig.journal, 1);
    await rig.archive(LATER);
    const seqs = [1, 2, 4, 5, 10, 11, 16];
    expect(await rig.journal.pick(1, seqs)).toEqual(seqs.flatMap((seq) => before[seq - 1] ?? []));
    await expect(rig.journal.pick(1, [3, 17])).rejects.toThrow("segment 17 of shard 1 is missing");
  });

  test("leaves what is not older, what a checkpoint does not cover, the newest segment and takeover records", async () => {
    const claims = await rig.grow([1, 2, 3, 4], 1, 6);
    expect(claims[0]?.seq).toBe(1);
    await rig.checkpoint(1, 7);
    await rig.checkpoint(2, 4);
    await rig.checkpoint(3, 7);
    await rig.archive(4);
    expect(await rig.inJournal(1)).toEqual([1, 5, 6, 7]);
    expect(await rig.inJournal(2)).toEqual([1, 5, 6, 7]);
    expect(await rig.inJournal(4)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await rig.archive(LATER);
    expect(await rig.inJournal(3)).toEqual([1, 7]);
    expect(await rig.inJournal(2)).toEqual([1, 5, 6, 7]);
    expect(await rig.inJournal(4)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("a second run goes on where the first one ended, and a third one has nothing to do", async () => {
    await rig.grow([1], 1, 9);
    await rig.checkpoint(1, 10);
    expect((await rig.archive(6)).segments).toBe(6);
    expect((await rig.archive(LATER)).segments).toBe(3);
    expect(await rig.archive(LATER)).toMatchObject({ segments: 0, blocks: 0, shards: 0, failures: [] });
    expect(await rig.blocks(1)).toEqual([
      [1, 4],
      [5, 6],
      [7, 9],
    ]);
  });

  test("a dry run says the same and moves nothing", async () => {
    await rig.grow([1, 2], 1, 9);
    await rig.checkpoint(1, 10);
    await rig.checkpoint(2, 10);
    const { elapsedMs: _dry, ...said } = await rig.archive(LATER, { dryRun: true });
    expect(await rig.inJournal(1)).toHaveLength(10);
    expect(await rig.blocks(1)).toEqual([]);
    const { elapsedMs: _real, ...done } = await rig.archive(LATER);
    expect({ ...done, dryRun: true }).toEqual(said);
    expect(done.segments).toBe(18);
  });

  test("a new owner goes on behind the newest segment, and heads are as before", async () => {
    await rig.grow([1], 1, 5);
    await rig.checkpoint(1, 6);
    await rig.archive(LATER);
    expect(await rig.journal.heads()).toEqual([[1, 6]]);
    const claims = await rig.journal.claim([1], "next");
    expect(claims).toEqual([{ shard: 1, epoch: 2, seq: 7 }]);
    await rig.journal.append(segmentsAfter(claims, 8));
    expect(await readMarks(rig.journal, 1)).toEqual(["claim", 1, 2, 3, 4, 5, "claim", 8]);
  });

  test("an owner that was away stays fenced by the record of its successor, whatever epoch it reads", async () => {
    const zombie = await rig.grow([1], 1, 3);
    await rig.grow([1], 4, 9);
    await rig.checkpoint(1, 11);
    await rig.archive(LATER);
    expect(await rig.inJournal(1)).toEqual([1, 5, 11]);
    // The zombie sees the epochs of before the takeover, as a statement does that began then.
    await rig.sql`update shard_epochs set epochs = array_fill(1, array[256])`;
    expect(await refusal(rig.journal.append(segmentsAfter(zombie, 9, 4)))).toBe("fenced");
  });

  test("a damaged or missing segment stays where it is, is reported, and holds up its own shard only", async () => {
    await rig.grow([1, 2, 3], 1, 9);
    for (const shard of [1, 2, 3]) await rig.checkpoint(shard, 10);
    await rig.sql`update journal_segment set body = set_byte(body, 6, 77) where shard = 1 and seq = 7`;
    await rig.sql`delete from journal_segment where shard = 2 and seq = 6`;
    const { failures } = await rig.archive(LATER);
    expect(failures.map(({ shard }) => shard)).toEqual([1, 2]);
    expect(failures[0]?.detail).toContain("its checksum is wrong");
    expect(failures[1]?.detail).toBe("segment 6 of shard 2 is missing");
    expect(await rig.inJournal(1)).toEqual([1, 5, 6, 7, 8, 9, 10]);
    expect(await rig.inJournal(3)).toEqual([1, 10]);
  });

  test("a damaged or lost block is not passed", async () => {
    await rig.grow([1, 2], 1, 9);
    for (const shard of [1, 2]) await rig.checkpoint(shard, 10);
    await rig.archive(LATER);
    await rig.sql`update journal_archive set body = set_byte(body, 9, 77) where shard = 1 and last_seq = 8`;
    await rig.sql`delete from journal_archive where shard = 2 and last_seq = 4`;
    await expect(readAll(rig.journal, 1)).rejects.toThrow(
      "archive block of shard 1, segments 5 to 8 is damaged",
    );
    await expect(readAll(rig.journal, 2)).rejects.toThrow("segment 2 of shard 2 is missing");
  });

  test("the room of what was moved is taken by new segments", async () => {
    const claims = await rig.journal.claim([1], "owner");
    const large = (mark: number) =>
      segmentsAfter(claims, mark, mark).map((segment) => {
        const call = {
          port: "p",
          tenant: "t",
          kind: "k",
          id: "i",
          version: 1,
          request: { type: "x".repeat(4_000) },
        };
        return { ...segment, body: { ...segment.body, called: [{ ...call, number: mark }] } };
      });
    for (let mark = 1; mark <= 100; mark++) await rig.journal.append(large(mark));
    await rig.checkpoint(1, 101);
    const size = async () => {
      const [row] = await rig.sql<{ bytes: string }[]>`
        select pg_relation_size('journal_segment') as bytes`;
      return Number(row?.bytes);
    };
    const before = await size();
    const { removedBytes, blockBytes } = await rig.archive(LATER);
    expect(blockBytes * 10).toBeLessThan(removedBytes);
    for (let mark = 101; mark <= 190; mark++) await rig.journal.append(large(mark));
    expect(await size()).toBeLessThanOrEqual(before * 1.1);
  });
});
