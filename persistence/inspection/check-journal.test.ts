import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { ArchiveRig } from "../archive/testing/archive-rig.ts";
import { encodeSegmentBody, segmentIdentity } from "../codec/segment-body.ts";
import { postgresSnapshots } from "../postgres/snapshots.ts";
import { fullBody, markedBody, segmentsAfter } from "../testing/samples.ts";
import { checkJournal } from "./check-journal.ts";
import type { CheckReport } from "./check-journal.ts";
import { FINDINGS_KEPT_MAX } from "./journal-findings.ts";

const LATER = 1_000_000;
const MEMORY = { outbox: [], calls: [], sentNumbers: [], receivedNumbers: [], callNumber: 0, atMs: 0 };

let rig: ArchiveRig;
beforeAll(async () => {
  rig = await ArchiveRig.open();
});
beforeEach(buildJournal);
afterEach(() => rig.reset());
afterAll(() => rig.close());

/**
 * Two shards with the same story: takeover records are segments 1 and 11; 2 to 4, 5 to 8 and 9 to 10 are in blocks with
 * them, 12 to 15 are in the journal. A checkpoint of segment 12, with a cart, is in shard 1.
 */
async function buildJournal(): Promise<void> {
  await rig.grow([1, 2], 1, 9);
  await rig.grow([1, 2], 10, 12);
  for (const shard of [1, 2]) await rig.checkpoint(shard, 10);
  await rig.archive(LATER);
  const claims = [1, 2].map((shard) => ({ shard, epoch: 2, seq: 14 }));
  const body = { ...fullBody(14), sent: [], called: [] };
  await rig.journal.append(segmentsAfter(claims, 14).map((segment) => ({ ...segment, body })));
  await storeSnapshot(1);
}

/** Stores the checkpoint of shard 1 with the snapshot of a cart of this version. */
async function storeSnapshot(version: number, kind = "cart"): Promise<void> {
  const address = { tenant: "demo", kind, id: "C1" };
  const snapshot = { version, state: { lines: [] }, ticket: 1, keys: [] };
  const checkpoint = {
    shard: 1,
    seq: 12,
    memory: MEMORY,
    known: { count: 1, pages: [{ number: 0, records: Uint32Array.of(1, 2, 0, 0) }] },
  };
  await postgresSnapshots(rig.database.database).save(checkpoint, [{ ...address, seq: 12, snapshot }]);
}

function check(shard?: number): Promise<CheckReport> {
  const versions = new Map([
    ["cart", 2],
    ["inventory", 1],
  ]);
  return checkJournal(rig.database.database, {
    shardCount: 256,
    versions,
    ...(shard === undefined ? {} : { shard }),
  });
}

/** Findings in short. */
async function found(): Promise<readonly string[]> {
  const { findings, examples } = await check();
  expect(findings).toBe(examples.length);
  return examples.map(({ about, shard, seq, detail }) => `${about} ${shard}/${seq ?? "-"}: ${detail}`);
}

describe("a check of the journal", () => {
  test("finds nothing wrong with what was written, archived or not", async () => {
    const { elapsedMs: _elapsed, ...report } = await check();
    expect(report).toEqual({
      findings: 0,
      examples: [],
      shards: 2,
      segments: 30,
      blocks: 6,
      checkpoints: 2,
      snapshots: 1,
    });
  });

  test("finds one wrong byte of a segment", async () => {
    await rig.sql`update journal_segment set body = set_byte(body, 7, 99) where shard = 1 and seq = 13`;
    const [finding, ...others] = await found();
    expect(finding).toMatch(
      /^segment 1\/13: segment of shard 1, batch .* is damaged: its checksum is wrong$/,
    );
    expect(others).toEqual([]);
  });

  test("finds bodies that were swapped between shards", async () => {
    await rig.sql`
      update journal_segment as wrong set body = other.body from journal_segment as other
      where wrong.seq = 14 and other.seq = 14 and wrong.shard <> other.shard`;
    expect((await found()).map((line) => line.slice(0, 13))).toEqual(["segment 1/14:", "segment 2/14:"]);
  });

  test("finds what is missing, and how much", async () => {
    await rig.sql`delete from journal_segment where (shard = 1 and seq = 13) or (shard = 2 and seq in (12, 13))`;
    expect(await found()).toEqual([
      "sequence 1/13: segment 13 is missing",
      "sequence 2/12: segment 12 and all up to 13 are missing",
    ]);
  });

  test("finds epochs that fall, rise unannounced, or stay behind their takeover record", async () => {
    await rig.sql`update journal_segment set epoch = 1 where shard = 1 and seq in (11, 12)`;
    await rig.sql`update journal_segment set epoch = 1 where shard = 2 and seq = 13`;
    expect(await found()).toEqual([
      "epoch 1/11: a takeover record leaves the epoch at 1",
      "epoch 1/13: the epoch rises from 1 to 2 without a takeover record",
      "epoch 2/13: the epoch falls from 2 to 1",
    ]);
  });

  test("does not blame what follows a takeover record that is damaged or missing", async () => {
    await rig.sql`update journal_segment set body = set_byte(body, 7, 99) where shard = 1 and seq = 11`;
    await rig.sql`delete from journal_segment where shard = 2 and seq = 11`;
    expect((await found()).map((line) => line.slice(0, 13))).toEqual(["segment 1/11:", "sequence 2/11"]);
  });

  test("finds two times in one commit, and a commit that is twice in a shard", async () => {
    const [row] = await rig.sql<{ batch_id: string }[]>`
      select batch_id from journal_segment where shard = 1 and seq = 13`;
    const forge = async (shard: number, seq: number, batchId: string, atMs: number) => {
      const body = encodeSegmentBody(segmentIdentity(shard, batchId), markedBody(atMs));
      await rig.sql`
        update journal_segment set batch_id = ${batchId}, body = ${body} where shard = ${shard} and seq = ${seq}`;
    };
    await forge(2, 13, row?.batch_id ?? "", 999);
    await forge(1, 12, row?.batch_id ?? "", 12);
    expect((await found()).map((line) => line.replace(/commit [0-9a-f]{8}-[-0-9a-f]+/, "it"))).toEqual([
      "commit 1/13: another segment of it is in the same shard",
      "commit 2/13: another segment of it has another time",
    ]);
  });

  test("finds damaged, lost and overlapping blocks, and goes on behind them", async () => {
    await rig.sql`update journal_archive set body = set_byte(body, 20, 99) where shard = 1 and last_seq = 8`;
    await rig.sql`delete from journal_archive where shard = 2 and last_seq = 4`;
    await rig.sql`update journal_segment set body = set_byte(body, 7, 99) where shard = 1 and seq = 14`;
    const lines = await found();
    expect(lines.slice(0, 1)).toEqual([
      "block 1/5: archive block of shard 1, segments 5 to 8 is damaged: its checksum is wrong",
    ]);
    expect(lines.slice(1).map((line) => line.slice(0, 50))).toEqual([
      expect.stringMatching(/^segment 1\/14: /) as string,
      "sequence 2/2: segment 2 and all up to 4 are missin",
    ]);
    await rig.sql`update journal_archive set body = set_byte(body, 20, 99) where shard = 2 and last_seq = 8`;
    expect((await found()).slice(2).map((line) => line.slice(0, 50))).toEqual([
      "sequence 2/2: segment 2 and all up to 4 are missin",
      "block 2/5: archive block of shard 2, segments 5 to",
    ]);
    await rig.sql`update journal_archive set first_seq = 8 where shard = 2 and last_seq = 10`;
    expect((await found()).filter((line) => line.startsWith("block 2/"))).toEqual([
      "block 2/5: archive block of shard 2, segments 5 to 8 is damaged: its checksum is wrong",
      "block 2/8: the block begins within the one before it, which ends at 8",
      "block 2/8: archive block of shard 2, segments 8 to 10 is damaged: its checksum is wrong",
    ]);
  });

  test("finds segments that are in both places, differ there, or are not where the fence needs them", async () => {
    await rig.sql`
      insert into journal_segment (shard, seq, epoch, batch_id, body)
      select 1, 3, 1, batch_id, body from journal_segment where shard = 1 and seq = 1`;
    await rig.sql`delete from journal_segment where shard = 2 and seq = 1`;
    expect(await found()).toEqual([
      "block 1/3: the journal has another segment of this number than the archive",
      "block 2/1: the takeover record is not in the journal any more, where it fences off earlier owners",
    ]);
  });

  test("finds that an archived segment was not removed", async () => {
    const kept = await rig.sql`select * from journal_segment where shard = 1 and seq = 12`;
    await rig.checkpoint(2, 14);
    await rig.sql`update shard_checkpoint set seq = 14 where shard = 1`;
    await rig.archive(LATER);
    await rig.sql`insert into journal_segment ${rig.sql(kept)}`;
    expect((await found()).filter((line) => !line.startsWith("checkpoint"))).toEqual([
      "block 1/12: the segment is in the archive and was not removed from the journal",
    ]);
  });

  // Segments 1 and 11 are takeover records, which stay in the journal: it is not empty where it has lost all others.
  test.each([
    [0, 0],
    [10, 1],
  ])("finds a journal that has lost what came after segment %d of its archive", async (kept, end) => {
    await rig.sql`delete from journal_segment where shard = 2 and seq > ${kept}`;
    expect(await found()).toEqual([
      "sequence 2/-: the journal has lost the shard's newest segments; its archive ends at 10",
      `checkpoint 2/10: the checkpoint is ahead of the journal, which ends at ${end}`,
    ]);
  });

  test("finds snapshots of a shard that nothing else is left of", async () => {
    await rig.sql`update actor_snapshot set shard = 7`;
    expect((await found()).slice(0, 2)).toEqual([
      "sequence 7/-: the shard has an owner, a checkpoint or snapshots, and no segments",
      "snapshot 7/12: the snapshot is ahead of the journal, which ends at 0",
    ]);
  });

  test("finds owners that the journal does not know", async () => {
    await rig.sql`update shard_owner set epoch = 3 where shard = 1`;
    await rig.sql`update shard_owner set owner = 'ghost' where shard = 2`;
    await rig.sql`insert into shard_owner (shard, epoch, owner) values (9, 1, 'ghost'), (300, 1, 'ghost')`;
    expect(await found()).toEqual([
      "owner 1/-: the table of owners says epoch 3, the newest segment has epoch 2",
      "owner 2/-: the table of owners names ghost, the takeover record owner",
      "sequence 9/-: the shard has an owner, a checkpoint or snapshots, and no segments",
      "sequence 300/-: the database has 256 shards, from 0",
      "sequence 300/-: the shard has an owner, a checkpoint or snapshots, and no segments",
    ]);
    await rig.sql`delete from shard_owner`;
    expect((await found()).filter((line) => line.startsWith("owner"))).toEqual([
      "owner 1/-: the table of owners has lost the shard",
      "owner 2/-: the table of owners has lost the shard",
    ]);
  });

  test("finds damaged checkpoints and snapshots, and those ahead of the journal", async () => {
    await rig.sql`update shard_checkpoint set body = set_byte(body, 6, 99) where shard = 1`;
    await rig.sql`update actor_snapshot set body = set_byte(body, 6, 99)`;
    expect(await found()).toEqual([
      "checkpoint 1/12: checkpoint of shard 1 at 12 is damaged: its checksum is wrong",
      "snapshot 1/12: snapshot of demo/cart/C1 in shard 1 at 12 is damaged: its checksum is wrong",
    ]);
    await rig.sql`truncate shard_checkpoint, actor_snapshot`;
    await storeSnapshot(1);
    await rig.sql`update known_actors set body = set_byte(body, 6, 99)`;
    expect(await found()).toEqual([
      expect.stringMatching(/^checkpoint 1\/12: .*checksum is wrong$/) as string,
    ]);
    await rig.sql`update shard_checkpoint set seq = 16 where shard = 1`;
    await rig.sql`update actor_snapshot set seq = 16`;
    const ahead = (await found()).filter((line) => line.endsWith("ahead of the journal, which ends at 15"));
    expect(ahead.map((line) => line.slice(0, 15))).toEqual(["checkpoint 1/16", "snapshot 1/16: "]);
  });

  test("finds versions and kinds that this program does not know, in segments and snapshots", async () => {
    await rig.journal.append(
      segmentsAfter([{ shard: 1, epoch: 2, seq: 15 }], 15).map((segment) => {
        const actor = { tenant: "demo", id: "C1", events: [], keys: [] };
        const actors = [
          { ...actor, kind: "cart", version: 3 },
          { ...actor, kind: "ghost", version: 1 },
        ];
        return { ...segment, body: { ...segment.body, actors } };
      }),
    );
    await storeSnapshot(3);
    const newer = "it has version 3; this program knows cart up to version 2: use the release that wrote it";
    expect(await found()).toEqual([
      `segment 1/16: ${newer}`,
      "segment 1/16: this program knows no actors of kind ghost",
      `snapshot 1/12: ${newer}`,
    ]);
  });

  test("looks at one shard when told to", async () => {
    await rig.sql`update journal_segment set body = set_byte(body, 7, 99) where seq = 13`;
    const report = await check(2);
    expect([report.findings, report.shards, report.segments]).toEqual([1, 1, 15]);
  });

  test("counts all findings and keeps the first ones", async () => {
    const claims = [{ shard: 1, epoch: 2, seq: 15 }];
    for (let mark = 1; mark <= FINDINGS_KEPT_MAX + 20; mark++)
      await rig.journal.append(segmentsAfter(claims, mark, mark));
    await rig.sql`update journal_segment set body = set_byte(body, 7, 99) where shard = 1 and seq > 15`;
    const { findings, examples } = await check();
    expect([findings, examples.length]).toEqual([FINDINGS_KEPT_MAX + 20, FINDINGS_KEPT_MAX]);
  });

  test("finds nothing while an owner appends, checkpoints and is replaced, and segments are archived", async () => {
    const owner = { done: false };
    const own = async () => {
      try {
        for (let round = 1; round <= 6; round++) {
          const claims = await rig.grow([1, 2], round * 100, round * 100 + 30);
          for (const { shard, seq } of claims) await rig.checkpoint(shard, seq + 20);
        }
      } finally {
        owner.done = true;
      }
    };
    const archive = async () => {
      while (!owner.done) await rig.archive(LATER);
    };
    const look = async () => {
      while (!owner.done) expect(await found()).toEqual([]);
    };
    await Promise.all([own(), archive(), look()]);
    const { findings, segments, blocks } = await check();
    expect([findings, segments]).toEqual([0, 30 + 2 * 6 * 32]);
    expect(blocks).toBeGreaterThan(20);
  });
});
