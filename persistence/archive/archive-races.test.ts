import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../testing/condition.ts";
import { readAll, segmentsAfter } from "../testing/samples.ts";
import { ArchiveRig } from "./testing/archive-rig.ts";

const LATER = 1_000_000;
const APPENDS = 300;

let rig: ArchiveRig;
beforeAll(async () => {
  rig = await ArchiveRig.open();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

/** Numbers of all segments that are in blocks, in order. */
async function inBlocks(shard: number): Promise<readonly number[]> {
  const blocks = await rig.blocks(shard);
  return blocks.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

describe("archiving at the same moment", () => {
  test("as an owner appends, checkpoints and is replaced, and readers read: nobody notices", async () => {
    const owner = { done: false };
    const own = async () => {
      try {
        await appendAll();
      } finally {
        owner.done = true;
      }
    };
    const appendAll = async () => {
      let claims = await rig.journal.claim([1, 2], "owner");
      for (let mark = 1; mark <= APPENDS; mark++) {
        await rig.journal.append(segmentsAfter(claims, mark));
        claims = claims.map((claim) => ({ ...claim, seq: claim.seq + 1 }));
        if (mark % 7 === 0) await rig.checkpoint(1, claims[0]?.seq ?? 0);
        if (mark % 11 === 0) await rig.checkpoint(2, claims[1]?.seq ?? 0);
        if (mark % 50 === 0) claims = await rig.journal.claim([1, 2], "owner");
      }
    };
    const archive = async () => {
      while (!owner.done) expect((await rig.archive(LATER)).failures).toEqual([]);
    };
    const read = async () => {
      const reader = rig.open();
      for (let length = 0; !owner.done;) {
        const seqs = (await readAll(reader, 1)).map(({ seq }) => seq);
        expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
        expect(seqs.length).toBeGreaterThanOrEqual(length);
        length = seqs.length;
      }
    };
    await Promise.all([own(), archive(), archive(), read()]);
    const marks = (await readAll(rig.journal, 2))
      .filter(({ body }) => body.takeover === undefined)
      .map(({ body }) => body.atMs);
    expect(marks).toEqual(Array.from({ length: APPENDS }, (_, index) => index + 1));
    expect((await rig.blocks(1)).length).toBeGreaterThan(10);
  });

  test("as another archiver: each segment is moved once", async () => {
    await rig.grow([1, 2, 3], 1, 60);
    for (const shard of [1, 2, 3]) await rig.checkpoint(shard, 61);
    const reports = await Promise.all([rig.archive(LATER), rig.archive(LATER), rig.archive(LATER)]);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { segments }) => sum + segments, 0)).toBe(180);
    for (const shard of [1, 2, 3])
      expect(await inBlocks(shard)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  test("as its connection is killed: a block is moved whole or not at all, and the next run goes on", async () => {
    await rig.grow([1], 1, 9);
    await rig.checkpoint(1, 10);
    const before = await readAll(rig.journal, 1);
    const holder = rig.database.raw();
    await holder`begin`;
    // Holds the run up between its insert and the end of its delete.
    await holder`select from journal_segment where seq = 7 for update`;
    const ended = rig.archive(LATER).catch((error: unknown) => error);
    const waiting = () => rig.sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually("the archiver waits", async () => (await waiting()).length === 1);
    await rig.sql`select pg_terminate_backend(${(await waiting())[0]?.pid ?? 0})`;
    expect(await ended).toBeInstanceOf(Error);
    await holder`rollback`;
    expect(await rig.blocks(1)).toEqual([[1, 4]]);
    expect(await rig.inJournal(1)).toEqual([1, 5, 6, 7, 8, 9, 10]);
    expect(await readAll(rig.journal, 1)).toEqual(before);
    expect((await rig.archive(LATER)).segments).toBe(5);
    expect(await readAll(rig.journal, 1)).toEqual(before);
  });

  test("the database itself refuses a block beyond the checkpoint, or with the newest segment, or with one missing", async () => {
    await rig.grow([1], 1, 9);
    const move = (first: number, last: number) =>
      rig.sql`select archive_segments(1, ${first}, ${last}, '{1}', '\\x00')`.execute();
    await expect(move(1, 4)).rejects.toThrow("shard 1 has no checkpoint at segment 4 or later");
    await rig.checkpoint(1, 10);
    await expect(move(1, 10)).rejects.toThrow("the newest segment of shard 1 stays");
    await rig.sql`delete from journal_segment where seq = 3`;
    await expect(move(1, 4)).rejects.toThrow("segments 1 to 4 of shard 1 are not all there");
    expect(await rig.blocks(1)).toEqual([]);
    expect(await rig.inJournal(1)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10]);
  });
});
