import { beforeEach, expect, test } from "bun:test";
import type { NodeShards } from "../../engine/shards/sign-of-life.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import { BusPulse } from "./bus-pulse.ts";

let clock: ManualClock;
let server: MemoryBusServer;
let shards: NodeShards;
let pulse: BusPulse;

beforeEach(() => {
  clock = new ManualClock();
  server = new MemoryBusServer(clock);
  shards = { serving: 85, expected: 85 };
  pulse = new BusPulse(server.connect(), clock, () => shards);
});

test("a bus that is away for everybody empties no node", async () => {
  server.stop();
  await clock.advance(3_600_000);
  expect(pulse.trouble).toBeUndefined();
});

test("a node without the bus whose shards others have is cut off, after a grace, until the bus is back", async () => {
  server.stop();
  shards = { serving: 0, expected: 0 };
  await clock.advance(4_000);
  expect(pulse.trouble).toBeUndefined();
  await clock.advance(2_000);
  expect(pulse.trouble).toBe("no connection to NATS for 6 s, and others have the shards");
  server.start();
  await clock.settle();
  expect(pulse.trouble).toBeUndefined();
});

test("a node on the bus may have no shards", async () => {
  shards = { serving: 0, expected: 0 };
  await clock.advance(3_600_000);
  expect(pulse.trouble).toBeUndefined();
});

test("a bus that never was there counts from the beginning", async () => {
  server.stop();
  const late = new BusPulse(server.connect(), clock, () => ({ serving: 0, expected: 0 }));
  await clock.advance(6_000);
  expect(late.trouble).toContain("6 s");
  late.stop();
});

test("a node is cut off also while the clock that was set back has not caught up", async () => {
  server.stop();
  shards = { serving: 0, expected: 0 };
  await clock.advance(1_000);
  clock.setBack(3_600_000);
  await clock.advance(1_000);
  expect(pulse.trouble).toBeUndefined();
  await clock.advance(6_000);
  expect(pulse.trouble).toBe("no connection to NATS for 6 s, and others have the shards");
});
