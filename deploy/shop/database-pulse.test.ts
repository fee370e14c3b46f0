import { expect, test } from "bun:test";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { DatabasePulse } from "./database-pulse.ts";

const LOOK_EVERY_MS = 250;

test("the database is away from a look that fails until one that does not, and nobody looks once it is stopped", async () => {
  const clock = new ManualClock();
  let isThere = true;
  let looks = 0;
  const sql = async (): Promise<readonly object[]> => {
    looks += 1;
    if (!isThere) throw new Error("the connection broke");
    return [{}];
  };
  const pulse = new DatabasePulse({ sql } as unknown as Database, clock);
  const seen: boolean[] = [];
  for (const state of [true, false, false, true]) {
    isThere = state;
    await clock.advance(LOOK_EVERY_MS);
    seen.push(pulse.isReachable);
  }
  expect([seen, looks]).toEqual([[true, false, false, true], 4]);
  pulse.stop();
  await clock.advance(LOOK_EVERY_MS * 4);
  expect([looks, clock.plannedCount]).toEqual([4, 0]);
});
