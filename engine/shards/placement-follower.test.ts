import { beforeEach, expect, test } from "bun:test";
import type { Placement, PlacementStore } from "../ports/placement-store.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { evenPlacement } from "../testing/even-placement.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { PlacementFollower } from "./placement-follower.ts";

const LIMITS = { pollMs: 10_000, pollAwayMs: 1_000, doubtMs: 250 };

let clock: ManualClock;
let stored: Placement;
let reads: number;
let isAway: boolean;
let follower: PlacementFollower;

beforeEach(async () => {
  clock = new ManualClock();
  stored = evenPlacement(4, 2, "a");
  reads = 0;
  isAway = false;
  const read: PlacementStore["read"] = async () => {
    reads += 1;
    if (isAway) throw new Error("the database is away");
    return stored;
  };
  const unused = (): Promise<never> => Promise.reject(new Error("nobody asks for this"));
  follower = new PlacementFollower({
    store: { read, change: unused, history: unused, forget: unused, close: () => Promise.resolve() },
    clock,
    log: new CollectingLog(),
    limits: LIMITS,
    isInReach: () => true,
    changed: () => undefined,
  });
  await follower.start();
  await clock.advance(1_000);
});

test("a doubt has the stored placement read at once, and not only when its turn comes", async () => {
  stored = { ...stored, version: 7 };
  follower.doubt();
  await clock.advance(1);
  expect(follower.placement.version).toBe(7);
});

test("a thousand doubts are a few readings, and the last of them is heard", async () => {
  const before = reads;
  for (let turn = 0; turn < 1_000; turn += 1) {
    follower.doubt();
    await clock.advance(1);
  }
  expect(reads - before).toBeLessThanOrEqual(5);
  stored = { ...stored, version: 8 };
  follower.doubt();
  await clock.advance(LIMITS.doubtMs);
  expect(follower.placement.version).toBe(8);
});

test("a doubt while the store is away changes nothing; the next one is heard", async () => {
  isAway = true;
  follower.doubt();
  await clock.advance(LIMITS.doubtMs);
  isAway = false;
  stored = { ...stored, version: 9 };
  follower.doubt();
  await clock.advance(LIMITS.doubtMs);
  expect(follower.placement.version).toBe(9);
});

test("nothing is read for doubts once it has stopped", async () => {
  follower.doubt();
  follower.stop();
  const before = reads;
  await clock.advance(20_000);
  expect(reads).toBe(before);
});

test("a doubt has the placement read in time also after the clock was set back", async () => {
  clock.setBack(3_600_000);
  stored = { ...stored, version: 7 };
  follower.doubt();
  await clock.advance(LIMITS.doubtMs);
  expect(follower.placement.version).toBe(7);
});
