import { beforeEach, expect, test } from "bun:test";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { DatabasePulse } from "./database-pulse.ts";

let clock: ManualClock;
let statements: PromiseWithResolvers<unknown>[];
let pulse: DatabasePulse;

beforeEach(() => {
  clock = new ManualClock();
  statements = [];
  const read = (): Promise<unknown> => {
    const statement = Promise.withResolvers<unknown>();
    statements.push(statement);
    return statement.promise;
  };
  pulse = new DatabasePulse({ read } as unknown as Database, clock);
});

test("a database that does not answer in time is out of reach until it does, and is asked once meanwhile", async () => {
  await clock.advance(500);
  expect([pulse.isReachable, statements.length]).toEqual([true, 1]);
  await clock.advance(5_000);
  expect([pulse.trouble, statements.length]).toEqual(["the database did not answer within 1000 ms", 1]);
  statements[0]?.resolve([]);
  await clock.advance(250);
  expect([pulse.isReachable, statements.length]).toEqual([true, 2]);
  pulse.stop();
});

test("a statement that may never be answered is followed by another one after a while", async () => {
  await clock.advance(29_500);
  expect(statements.length).toBe(3);
  statements.at(-1)?.resolve([]);
  await clock.advance(1_000);
  expect(pulse.isReachable).toBe(true);
  pulse.stop();
});

test("a database that refuses says why, and is asked again", async () => {
  await clock.advance(250);
  statements[0]?.reject(new Error("connect ECONNREFUSED"));
  await clock.advance(300);
  expect([pulse.trouble, statements.length]).toEqual(["connect ECONNREFUSED", 2]);
  statements[1]?.resolve([]);
  await clock.advance(300);
  expect(pulse.trouble).toBeUndefined();
  pulse.stop();
});
