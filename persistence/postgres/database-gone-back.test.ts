import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Claim, Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { refusal } from "../testing/refusal.ts";
import { readMarks, segmentsAfter } from "../testing/samples.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import type { SeveringProxy } from "../testing/severing-proxy.ts";
import { databaseOf, openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { postgresJournal } from "./journal.ts";

describe("an idle owner whose connection breaks", () => {
  let subject: MigratedDatabase;
  let proxy: SeveringProxy;
  let journal: Journal;
  let claims: readonly Claim[];
  let database: Database;
  let connectionsClosed: number;

  beforeAll(async () => {
    subject = await migratedDatabase();
  });
  beforeEach(async () => {
    proxy = severingProxy(subject.url);
    database = await openDatabase(proxy.url);
    connectionsClosed = 0;
    journal = postgresJournal({
      ...databaseOf(database),
      connect: (options) =>
        database.connect({
          ...options,
          onClose() {
            connectionsClosed += 1;
            options.onClose?.();
          },
        }),
    });
    claims = await journal.claim([1, 2], "node-1");
    await journal.append(segmentsAfter(claims, 1));
    await journal.append(segmentsAfter(claims.slice(1), 2, 2));
  });
  afterEach(async () => {
    await journal.close();
    await database.close();
    proxy.close();
    await subject.database.sql`truncate journal_segment, shard_owner`;
  });
  afterAll(() => subject.close());

  /** Breaks all connections, and waits until the one that appends is known to be broken. */
  const sever = async () => {
    proxy.sever();
    await eventually("the connection is known to be broken", () => connectionsClosed > 0);
  };

  test("goes on, once and for all, when what it stored is there", async () => {
    await sever();
    await journal.append(segmentsAfter(claims, 3, 3).slice(1));
    await journal.append(segmentsAfter(claims, 4, 2).slice(0, 1));
    expect(await readMarks(journal, 1)).toEqual(["claim", 1, 4]);
    expect(await readMarks(journal, 2)).toEqual(["claim", 1, 2, 3]);
  });

  test("leaves no gap in a database that has lost what it stored: it is refused, and goes on from what is left", async () => {
    await sever();
    // As a standby does that was behind when it took over.
    await subject.database.sql`delete from journal_segment where shard = 2 and seq = 3`;
    expect(await refusal(journal.append(segmentsAfter(claims, 3, 3).slice(1)))).toBe("refused");
    expect(await readMarks(journal, 2)).toEqual(["claim", 1]);
    const again = await journal.reclaim([1, 2], "node-1");
    await journal.append(segmentsAfter(again, 4));
    expect(await readMarks(journal, 1)).toEqual(["claim", 1, "claim", 4]);
    expect(await readMarks(journal, 2)).toEqual(["claim", 1, "claim", 4]);
  });
});
