import { expect, test } from "bun:test";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { Hearing } from "./hearing.ts";

test("a node that hears none of those that have shards wants no shoppers until it does, and says so once", async () => {
  const [clock, log] = [new ManualClock(), new CollectingLog()];
  let isStranger = true;
  const hearing = new Hearing(() => isStranger, clock, log);
  await clock.advance(1_500);
  expect(hearing.trouble).toBeUndefined();
  await clock.advance(1_000);
  expect(hearing.trouble).toContain("none of the nodes that have shards is heard");
  await clock.advance(6_000);
  expect(log.warnings).toEqual([]);
  await clock.advance(60_000);
  expect(log.warnings).toHaveLength(1);
  expect(log.warnings[0]).toContain("another NATS_URL");
  isStranger = false;
  expect(hearing.trouble).toBeUndefined();
  hearing.stop();
});

test("a node that hears nobody says so also while the clock that was set back has not caught up", async () => {
  const [clock, log] = [new ManualClock(), new CollectingLog()];
  const hearing = new Hearing(() => true, clock, log);
  await clock.advance(1_000);
  clock.setBack(3_600_000);
  await clock.advance(12_000);
  expect([hearing.trouble !== undefined, log.warnings.length]).toEqual([true, 1]);
  hearing.stop();
});
