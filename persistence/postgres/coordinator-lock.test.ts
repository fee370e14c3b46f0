import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import type { CoordinatorLock } from "../../engine/ports/coordinator-lock.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import { postgresCoordinatorLock } from "./coordinator-lock.ts";
import type { CoordinatorLockOptions } from "./coordinator-lock.ts";
import { databaseOf, type Database } from "./database.ts";
import { postgresPlacementStore } from "./placement-store.ts";

const NEVER_MS = 3_600_000;

let subject: MigratedDatabase;
const locks: CoordinatorLock[] = [];

beforeAll(async () => {
  subject = await migratedDatabase();
});
afterEach(async () => {
  await Promise.all(locks.splice(0).map((lock) => lock.close()));
});
afterAll(() => subject.close());

function openLock(options: CoordinatorLockOptions = {}, url = subject.url): CoordinatorLock {
  const lock = postgresCoordinatorLock(url, options);
  locks.push(lock);
  return lock;
}

async function taken(lock: CoordinatorLock): Promise<boolean> {
  return (await lock.take("node-b", () => {})) !== undefined;
}

test("a coordinator that stands still loses the lock, though its connection looks alive", async () => {
  const reasons: Error[] = [];
  // One that never says a word is one that stands still.
  const still = openLock({ watchEveryMs: NEVER_MS, silentMsMax: 200 });
  await still.take("node-a", (reason) => reasons.push(reason));
  await eventually("another one coordinates", () => taken(openLock()));
  await eventually("the first one is told", () => reasons.length > 0);
  expect(reasons).toHaveLength(1);
});

test("a coordinator that is watched keeps the lock for longer than it may be silent", async () => {
  const reasons: Error[] = [];
  const lock = openLock({ watchEveryMs: 20, silentMsMax: 2_000 });
  await lock.take("node-a", (reason) => reasons.push(reason));
  await eventually("its session is older than it may be silent, or has ended", async () => {
    const rows = await subject.database.sql`
      select from pg_stat_activity
      where application_name = 'stampede coordinator' and backend_start > now() - interval '4 s'`;
    return rows.length === 0;
  });
  expect(await taken(openLock())).toBe(false);
  expect(reasons).toEqual([]);
});

test("a coordinator that gets no answers takes its lock for lost", async () => {
  const proxy = severingProxy(subject.url);
  try {
    const reasons: Error[] = [];
    const lock = openLock({ watchEveryMs: 20, answerMsMax: 1_000 }, proxy.url);
    await lock.take("node-a", (reason) => reasons.push(reason));
    proxy.muteReplies();
    await eventually("the loss is told", () => reasons.length > 0);
    expect(reasons.map(({ message }) => message)).toEqual([
      "the lock of the coordinator cannot be confirmed",
    ]);
    await eventually("another one coordinates", () => taken(openLock()));
  } finally {
    proxy.close();
  }
});

test("a coordinator whose database is not there is no coordinator, and may try again", async () => {
  const proxy = severingProxy(subject.url);
  const lock = openLock({ answerMsMax: 1_000 }, proxy.url);
  try {
    const reasons: Error[] = [];
    proxy.muteReplies();
    await expect(lock.take("node-a", (reason) => reasons.push(reason))).rejects.toThrow("did not answer");
    proxy.unmuteReplies();
    await eventually("it coordinates", () => taken(lock));
    expect(reasons).toEqual([]);
  } finally {
    await lock.close();
    proxy.close();
  }
});

test("the next term begins when the last coordinator's write has ended, and refuses its later ones", async () => {
  const placement = postgresPlacementStore(subject.database);
  const first = await openLock({ watchEveryMs: NEVER_MS, silentMsMax: NEVER_MS }).take("node-a", () => {});
  const term = first?.number ?? 0;
  const slow = subject.raw();
  await slow`begin`;
  await slow`select change_placement(${term}, 0, 'asked', 'ada', '{1}', '{node-a}', '{0}', '{false}')`;
  await first?.resign();
  const taking = openLock({ answerMsMax: 10_000 }).take("node-b", () => {});
  await eventually("the next one waits", async () => {
    const rows = await subject.database.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return rows.length > 0;
  });
  await slow`commit`;
  const second = await taking;
  expect(second?.number).toBeGreaterThan(term);
  expect((await placement.read()).version).toBe(1);
  const origin = { term, reason: "asked", askedBy: "ada" };
  const late = placement.change(1, [{ shard: 1, node: "node-a", lane: 0, pinned: false }], origin);
  await expect(late).rejects.toThrow(TermOver);
});

test("whoever tries again and again does it over one connection, and over another one when that has ended", async () => {
  const holder = openLock();
  const term = await holder.take("node-a", () => {});
  let connections = 0;
  const counting: Database = {
    ...databaseOf(subject.database),
    sql: subject.database.sql,
    connect: (options) => {
      connections += 1;
      return subject.database.connect(options);
    },
  };
  const candidate = postgresCoordinatorLock(counting, { silentMsMax: NEVER_MS });
  locks.push(candidate);
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await taken(candidate)).toBe(false);
  expect(connections).toBe(1);
  const ended = await subject.database.sql`
    select pg_terminate_backend(pid, ${10_000}) from pg_stat_activity
    where query like '%begin_term%' and pid <> pg_backend_pid() and application_name = ${"stampede"}`;
  expect(ended).toHaveLength(1);
  await term?.resign();
  await eventually("it coordinates", () => taken(candidate));
  expect(connections).toBeGreaterThan(1);
});
