import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Sql } from "postgres";
import type { Claim, Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { refusal } from "../testing/refusal.ts";
import { readMarks, segmentsAfter } from "../testing/samples.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import type { SeveringProxy } from "../testing/severing-proxy.ts";
import { postgresJournal } from "./journal.ts";

const DEADLINE_MS = 300;

describe("an append whose reply does not come", () => {
  let subject: MigratedDatabase;
  let proxy: SeveringProxy;
  let journal: Journal;
  let claims: readonly Claim[];
  let sql: Sql;

  beforeAll(async () => {
    subject = await migratedDatabase();
    sql = subject.database.sql;
  });
  beforeEach(async () => {
    proxy = severingProxy(subject.url);
    journal = postgresJournal(proxy.url, { appendDeadlineMs: DEADLINE_MS });
    claims = await journal.claim([1, 2], "node-1");
    await journal.append(segmentsAfter(claims, 1));
  });
  afterEach(async () => {
    proxy.unmuteReplies();
    await journal.close();
    proxy.close();
    await sql`truncate journal_segment, shard_owner`;
  });
  afterAll(() => subject.close());

  const segmentsStored = async () => (await sql`select from journal_segment where shard = 1`).length;

  test("is unknown when the connection breaks behind the commit, and the journal tells that it is stored", async () => {
    proxy.muteReplies();
    const appending = refusal(journal.append(segmentsAfter(claims, 2, 2)));
    await eventually("the segment is stored", async () => (await segmentsStored()) === 3);
    proxy.sever();
    expect(await appending).toBe("unknown");
    proxy.unmuteReplies();
    expect(await readMarks(journal, 1)).toEqual(["claim", 1, 2]);
    await journal.append(segmentsAfter(claims, 3, 3));
    expect(await readMarks(journal, 2)).toEqual(["claim", 1, 2, 3]);
  });

  test("is unknown when the database is silent until the deadline", async () => {
    proxy.muteReplies();
    expect(await refusal(journal.append(segmentsAfter(claims, 2, 2)))).toBe("unknown");
    expect(proxy.lostBytes()).toBeGreaterThan(0);
    proxy.unmuteReplies();
    proxy.sever();
    expect(await refusal(journal.append(segmentsAfter(claims, 2, 2)))).toBe("fenced");
  });

  test("is unknown when the backend is terminated before the commit, and the journal tells that it is not stored", async () => {
    const holder = subject.raw();
    await holder`begin`;
    await holder`
      insert into journal_segment (seq, epoch, batch_id, shard, body)
      select 3, 1, batch_id, shard, body from journal_segment where shard = 2 and seq = 2`;
    const patient = postgresJournal(subject.url);
    const appending = refusal(patient.append(segmentsAfter(claims, 2, 2)));
    const waiting = () => sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually("the append waits", async () => (await waiting()).length === 1);
    await sql`select pg_terminate_backend(${(await waiting())[0]?.pid ?? 0})`;
    expect(await appending).toBe("unknown");
    await holder`rollback`;
    expect(await readMarks(patient, 1)).toEqual(["claim", 1]);
    await patient.append(segmentsAfter(claims, 3, 2));
    expect(await readMarks(patient, 2)).toEqual(["claim", 1, 3]);
    await patient.close();
  });

  test("is unknown, and the next ones are stored, when an idle connection was terminated", async () => {
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    const outcomes = [await refusal(journal.append(segmentsAfter(claims, 2, 2)))];
    while (outcomes.at(-1) === "unknown" && outcomes.length < 5)
      outcomes.push(await refusal(journal.append(segmentsAfter(claims, 2, 2))));
    expect(outcomes.at(-1)).toBe("stored");
    expect(await readMarks(postgresJournal(subject.database), 1)).toEqual(["claim", 1, 2]);
  });

  test("is refused, not unknown, when the database takes no writes", async () => {
    const [name] = await sql<{ name: string }[]>`select current_database() as name`;
    await sql.unsafe(`alter database ${name?.name} set default_transaction_read_only = on`);
    const reader = postgresJournal(subject.url);
    expect(await refusal(reader.append(segmentsAfter(claims, 2, 2)))).toBe("refused");
    await reader.close();
    await sql.unsafe(`alter database ${name?.name} reset default_transaction_read_only`);
    expect(await segmentsStored()).toBe(2);
  });

  test("is refused, not unknown, when the server gives it up at the deadline", async () => {
    const holder = subject.raw();
    await holder`begin`;
    await holder`lock table journal_segment in exclusive mode`;
    const outcome = await refusal(journal.append(segmentsAfter(claims, 2, 2)));
    await holder`rollback`;
    expect(outcome).toBe("refused");
    expect(await segmentsStored()).toBe(2);
  });
});
