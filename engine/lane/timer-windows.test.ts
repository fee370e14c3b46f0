import { expect, test } from "bun:test";
import { CollectingLog } from "../testing/collecting-log.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ScriptedSnapshots } from "../testing/scripted-snapshots.ts";
import { LaneTime } from "./lane-time.ts";
import { defaultLaneLimits } from "./limits.ts";
import { Shard } from "./shard.ts";
import { TimerWindows } from "./timer-windows.ts";

const START_MS = 1_000_000;
const EVERY_MS = 20_000;
const ACTORS = 60;
const LIMITS = { activatedActorsMax: 0, checkpointEventsMax: 1, timerWindowLength: 4 };

/** When each actor rang, as the journal has it. */
function rings(rig: LaneRig): readonly number[] {
  return rig.journal
    .commits()
    .flatMap(({ body }) =>
      body.actors.flatMap((entry) => entry.events.map(({ type }) => [type, body.atMs] as const)),
    )
    .flatMap(([type, atMs]) => (type === "Rang" ? [atMs] : []));
}

/** Actors of one shard that are due one after the other; none stays in memory. */
async function rigWithAlarms(): Promise<LaneRig> {
  const rig = await new LaneRig({ limits: LIMITS }).open();
  for (let nth = 0; nth < ACTORS; nth += 1) {
    // The later ones come first.
    const dueAtMs = START_MS + (ACTORS - nth) * EVERY_MS;
    await rig.ask(rig.actorIn(0, nth), { type: "SetAlarm", dueAtMs });
  }
  await rig.clock.advance(1_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  return rig;
}

const onTime = Array.from({ length: ACTORS }, (_, index) => START_MS + (index + 1) * EVERY_MS);

test("timers beyond the window take no memory, and each actor is woken on time all the same", async () => {
  const rig = await rigWithAlarms();
  expect(rig.lane().statistics().timers).toBeLessThanOrEqual(2 * LIMITS.timerWindowLength);
  await rig.clock.advance((ACTORS + 1) * EVERY_MS);
  expect(rings(rig)).toEqual(onTime);
  expect(rig.snapshots.timerReads).toBeGreaterThan(ACTORS / LIMITS.timerWindowLength - 2);
});

test("after a restart a window is read, and each actor is woken on time", async () => {
  const rig = await rigWithAlarms();
  await rig.restart();
  expect(rig.lane().statistics().timers).toBe(LIMITS.timerWindowLength);
  await rig.clock.advance((ACTORS + 1) * EVERY_MS);
  expect(rings(rig)).toEqual(onTime);
});

test("many that fell due while the lane was away are all woken", async () => {
  const rig = await rigWithAlarms();
  await rig.lane().stop();
  await rig.clock.advance((ACTORS + 1) * EVERY_MS);
  await rig.restart();
  await rig.clock.advance(60_000);
  expect(rings(rig)).toHaveLength(ACTORS);
});

test("an actor that is stored while timers are read is woken on time", async () => {
  const rig = await rigWithAlarms();
  await rig.restart();
  const [first] = onTime as [number];
  // The window ends soon: the next one is being read, and the store takes its time.
  rig.snapshots.hold();
  await rig.clock.advance(first + 3 * EVERY_MS - 5_000 - rig.clock.nowMs());
  // So many that some would be left to the store, which has answered for this time already.
  const late = Array.from({ length: 20 }, (_, index) => first + 4 * EVERY_MS + 1 + index);
  for (const [index, dueAtMs] of late.entries()) {
    await rig.ask(rig.actorIn(0, ACTORS + index), { type: "SetAlarm", dueAtMs });
  }
  await rig.clock.advance(1_000);
  rig.snapshots.release();
  await rig.clock.advance(10 * EVERY_MS);
  expect(rings(rig)).toEqual(expect.arrayContaining(late));
});

test("timers of actors that are not stored stay in memory, however many there are", async () => {
  const rig = await new LaneRig({ limits: { timerWindowLength: 2 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  const dueTimes = Array.from({ length: 30 }, (_, index) => START_MS + (index + 1) * 5_000);
  for (const [nth, dueAtMs] of dueTimes.entries())
    await rig.ask(rig.actorIn(0, nth), { type: "SetAlarm", dueAtMs });
  await rig.clock.advance(31 * 5_000);
  expect(rings(rig)).toEqual(dueTimes);
});

test("timers that cannot be read are asked for again", async () => {
  const rig = await rigWithAlarms();
  await rig.restart();
  rig.snapshots.loadFault = new Error("the store is away");
  await rig.clock.advance(3 * EVERY_MS);
  rig.snapshots.loadFault = undefined;
  await rig.clock.advance((ACTORS + 1) * EVERY_MS);
  expect(rings(rig)).toHaveLength(ACTORS);
});

test("while the next window is read, none of this one is left to the store", async () => {
  const clock = new ManualClock(0);
  const snapshots = new ScriptedSnapshots();
  const shard = new Shard({ shard: 0, epoch: 1, seq: 1 }, 1);
  const limits = { ...defaultLaneLimits, timerWindowLength: 1 };
  const shards = new Map([[0, shard]]);
  const log = new CollectingLog();
  const wake = (): void => undefined;
  const windows = new TimerWindows({
    lane: 0,
    shards,
    snapshots,
    time: new LaneTime(clock),
    log,
    limits,
    wake,
  });
  shard.timers.take({ shard: 0, timers: [], untilMs: 5_000 });
  snapshots.hold();
  windows.tend();
  const names = [1, 2, 3, 4].map((number) => `shop/cart/${number}`);
  for (const [index, name] of names.entries()) shard.timers.schedule(name, 1_000 + index);
  windows.tend();
  snapshots.release();
  await clock.settle();
  expect(shard.timers.untilMs).toBe(Number.POSITIVE_INFINITY);
  expect(shard.timers.takeDue(5_000)).toEqual(names);
});
