import { afterAll, beforeAll, expect, test } from "bun:test";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { postgresNodeStarts } from "./node-store.ts";

const START = { node: "node-a", lanes: 1, capacity: 1 };

let subject: MigratedDatabase;

beforeAll(async () => {
  subject = await migratedDatabase();
});
afterAll(() => subject.close());

test("a node that starts while it is forgotten begins above all of its earlier starts", async () => {
  const starts = postgresNodeStarts(subject.database);
  for (let last = 0; last < 4; last += 1) await starts.registerAfter(last, START);
  const coordinator = subject.raw();
  await coordinator`begin`;
  await coordinator`select forget_nodes(0, '{}', 0)`;
  const starting = starts.registerAfter(4, START);
  await eventually("the start waits", async () => {
    const rows = await subject.database.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return rows.length > 0;
  });
  await coordinator`commit`;
  expect((await starting)?.incarnation).toBe(5);
});
