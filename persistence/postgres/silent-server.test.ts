import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { readMarks } from "../testing/samples.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import type { SeveringProxy } from "../testing/severing-proxy.ts";
import { postgresJournal } from "./journal.ts";
import { postgresSnapshots } from "./snapshots.ts";

const DEADLINE_MS = 500;

// As a machine that is gone leaves connections behind: no packet says so.
describe("a server that says nothing any more on the connections that there are", () => {
  let subject: MigratedDatabase;
  let proxy: SeveringProxy;
  let journal: Journal;

  beforeAll(async () => {
    subject = await migratedDatabase();
  });
  beforeEach(async () => {
    proxy = severingProxy(subject.url);
    journal = postgresJournal(proxy.url, { appendDeadlineMs: DEADLINE_MS, readDeadlineMs: DEADLINE_MS });
    await journal.claim([1], "node-1");
    // On all connections that it may have.
    await Promise.all([1, 2, 3].map(() => readMarks(journal, 1)));
  });
  afterEach(async () => {
    await journal.close();
    proxy.close();
    await subject.database.sql`truncate journal_segment, shard_owner`;
  });
  afterAll(() => subject.close());

  test.each(["claim", "reclaim"] as const)("does not hold up who has to %s shards", async (way) => {
    proxy.muteReplies();
    expect(await journal[way]([1], "node-1").catch((error: unknown) => error)).toBeInstanceOf(Error);
    proxy.unmuteReplies();
    expect(await journal[way]([1], "node-1")).toHaveLength(1);
    expect((await readMarks(journal, 1)).length).toBeGreaterThan(1);
  });

  test("does not hold up who has to know whether the shards still are its own", async () => {
    proxy.muteReplies();
    expect(await journal.confirm([1], "node-1").catch((error: unknown) => error)).toBeInstanceOf(Error);
    proxy.unmuteReplies();
    await journal.confirm([1], "node-1");
    expect(await journal.owned([1, 2], "node-1")).toEqual([1]);
  });

  test("does not hold up whoever waits for an actor", async () => {
    const snapshots = postgresSnapshots(proxy.url, { loadDeadlineMs: DEADLINE_MS });
    const addresses = [{ tenant: "demo", kind: "cart", id: "C1" }];
    await snapshots.load(1, addresses);
    proxy.muteReplies();
    const loading = snapshots.load(1, addresses);
    await eventually("the answer is lost", () => proxy.lostBytes() > 0);
    proxy.unmuteReplies();
    expect(await loading).toEqual([]);
    await snapshots.close();
  });
});
