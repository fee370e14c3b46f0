import { afterAll, beforeAll, expect, test } from "bun:test";
import { migratedDatabase, type MigratedDatabase } from "../testing/migrated-database.ts";
import { segmentsAfter } from "../testing/samples.ts";
import { postgresJournal } from "./journal.ts";
import { isUnused } from "./journal-use.ts";

let subject: MigratedDatabase;

beforeAll(async () => {
  subject = await migratedDatabase();
});
afterAll(() => subject.close());

test("a shop is unused until something is stored, however often its shards were taken over", async () => {
  const journal = postgresJournal(subject.url);
  try {
    expect(await isUnused(subject.database)).toBe(true);
    await journal.claim([1, 2], "first");
    const claims = await journal.claim([1, 2], "second");
    expect(await isUnused(subject.database)).toBe(true);
    await journal.append(segmentsAfter(claims.slice(1), 1));
    expect(await isUnused(subject.database)).toBe(false);
    await journal.claim([1, 2], "third");
    expect(await isUnused(subject.database)).toBe(false);
  } finally {
    await journal.close();
  }
});
