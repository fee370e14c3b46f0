import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Sql } from "postgres";
import type { Claim, Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { refusal } from "../testing/refusal.ts";
import { readMarks, segmentsAfter } from "../testing/samples.ts";
import { postgresJournal } from "./journal.ts";

describe("an owner and its successor at the same moment", () => {
  let subject: MigratedDatabase;
  let owner: Journal;
  let successor: Journal;
  let claims: readonly Claim[];
  /** A session whose transaction stays open, as that of a commit in flight. */
  let slow: Sql;

  beforeAll(async () => {
    subject = await migratedDatabase();
  });
  beforeEach(async () => {
    owner = postgresJournal(subject.url);
    successor = postgresJournal(subject.url);
    claims = await owner.claim([1, 2], "node-1");
    slow = subject.raw();
  });
  afterEach(async () => {
    await slow.end();
    await owner.close();
    await successor.close();
    await subject.database.sql`truncate journal_segment, shard_owner`;
  });
  afterAll(() => subject.close());

  const someoneWaits = () =>
    eventually("a statement waits for a lock", async () => {
      const rows = await subject.database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return rows.length > 0;
    });

  // What `append_segments` inserts, in a transaction that we hold open.
  const beginAppend = async (shards: readonly number[]) => {
    await slow`begin`;
    for (const { shard, epoch, seq } of claims.filter((claim) => shards.includes(claim.shard)))
      await slow`
        insert into journal_segment (seq, epoch, batch_id, shard, body)
        select ${seq} + 1, ${epoch}, batch_id, shard, body from journal_segment where shard = ${shard}`;
  };

  const beginClaim = async () => {
    await slow`begin`;
    await slow`
      select claim_shards('node-2', gen_random_uuid(), '{1,2}', array_agg(body order by shard))
      from journal_segment where seq = 1`;
  };

  test("a takeover waits for the append in flight and comes behind it", async () => {
    await beginAppend([1, 2]);
    const claiming = successor.claim([1, 2], "node-2");
    await someoneWaits();
    await slow`commit`;
    expect(await claiming).toEqual([
      { shard: 1, epoch: 2, seq: 3 },
      { shard: 2, epoch: 2, seq: 3 },
    ]);
    expect(await refusal(owner.append(segmentsAfter(claims, 50, 2)))).toBe("fenced");
    await successor.append(segmentsAfter(await claiming, 51));
  });

  test("a takeover takes the number of an append in flight that fails", async () => {
    await beginAppend([2]);
    const claiming = successor.claim([1, 2], "node-2");
    await someoneWaits();
    await slow`rollback`;
    expect(await claiming).toEqual([
      { shard: 1, epoch: 2, seq: 2 },
      { shard: 2, epoch: 2, seq: 2 },
    ]);
    expect(await refusal(owner.append(segmentsAfter(claims, 52)))).toBe("fenced");
  });

  test("an append that meets a takeover in flight waits and is fenced when that commits", async () => {
    await beginClaim();
    const appending = refusal(owner.append(segmentsAfter(claims, 53)));
    await someoneWaits();
    await slow`commit`;
    expect(await appending).toBe("fenced");
    expect(await subject.database.sql`select from journal_segment where seq > 1`).toHaveLength(2);
  });

  test("an append that meets a takeover in flight is stored when that fails", async () => {
    await beginClaim();
    const appending = refusal(owner.append(segmentsAfter(claims, 54)));
    await someoneWaits();
    await slow`rollback`;
    expect(await appending).toBe("stored");
    expect(await readMarks(owner, 2)).toEqual(["claim", 54]);
  });

  test("the primary key alone fences an owner whose epoch check came too early", async () => {
    await successor.claim([1, 2], "node-2");
    // The zombie sees the epochs of before the takeover, as a snapshot taken then would.
    await subject.database.sql`update shard_epochs set epochs = array_fill(1, array[256])`;
    expect(await refusal(owner.append(segmentsAfter(claims, 55)))).toBe("fenced");
  });
});
