import { expect, test } from "bun:test";
import type { Journal } from "../../engine/ports/journal.ts";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { migratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { compareJournals } from "./compare-journals.ts";

// A share of it: `npm run sim -- --journals 10000` compares at length.
const OPERATIONS = 400;

test("the simulated journal and a real Postgres give the same answers", async () => {
  const database = await migratedDatabase();
  const postgres = postgresJournal(database.url);
  try {
    expect(await compareJournals(memoryJournal(), postgres, 20_261_121, OPERATIONS)).toBeUndefined();
  } finally {
    await postgres.close();
    await database.close();
  }
}, 60_000);

test("a journal that lets a replaced owner append is told apart", async () => {
  const lenient = memoryJournal();
  const fencing = memoryJournal();
  const broken: Journal = {
    ...lenient,
    append: (segments) => lenient.append(segments).catch(() => undefined),
  };
  const difference = await compareJournals(broken, fencing, 1, 500);
  expect([difference?.left, difference?.right]).toEqual(["nothing", "append fault: fenced"]);
});
