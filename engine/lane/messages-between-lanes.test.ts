import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { begin, twoLanes } from "../testing/shard-moves.ts";
import { DELIVERED, MESSAGE } from "../transport/items.ts";

const COMMANDS = 60;

/** A repeatable throw of dice. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Sends additions from one lane to the other, in both directions. Returns their correlations. */
async function sendAdditions(rig: LaneRig, meanwhile: (index: number) => Promise<void>): Promise<number[]> {
  const correlations: number[] = [];
  for (let index = 0; index < COMMANDS; index += 1) {
    const [from, to] = index % 2 === 0 ? [0, 1] : [1, 0];
    const command = { type: "AddTo", to: rig.actorIn(to), amount: 1 } as const;
    correlations.push(rig.send(rig.actorIn(from, 1), command, { deadlineAtMs: 10 ** 12 }));
    if (index % 7 === 0) await rig.clock.advance(40);
    await meanwhile(index);
  }
  await rig.clock.advance(120_000);
  return correlations;
}

async function expectExactlyOnce(rig: LaneRig): Promise<void> {
  const half = COMMANDS / 2;
  expect(await rig.view(rig.actorIn(0))).toEqual({ total: half, adds: half });
  expect(await rig.view(rig.actorIn(1))).toEqual({ total: half, adds: half });
  expect([0, 1].map((lane) => rig.lane(lane).statistics().outboxPending)).toEqual([0, 0]);
  expect(rig.faults).toEqual([]);
}

test("messages cross once although frames are lost and doubled", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { outboxWindow: 4 } }).open();
  const throwDice = dice(7);
  rig.copies = () => Math.floor(throwDice() * 3);
  const correlations = await sendAdditions(rig, async () => undefined);
  for (const correlation of correlations) expect(rig.answer(correlation)?.type).toBe("done");
  await expectExactlyOnce(rig);
  expect(rig.traffic.length).toBeGreaterThan(COMMANDS * 4);
});

test("messages cross once although lanes are killed and started anew midway", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const throwDice = dice(11);
  rig.copies = () => (throwDice() < 0.3 ? 0 : 1);
  await sendAdditions(rig, async (index) => {
    if (index % 10 !== 9) return;
    // Commands that were only received die with the lane; those of this test are all begun.
    await rig.clock.settle();
    await rig.restart(Math.floor(index / 10) % 2);
  });
  await expectExactlyOnce(rig);
});

test("messages cross once although appends are lost, with and without having been stored", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const throwDice = dice(13);
  const correlations = await sendAdditions(rig, async (index) => {
    if (index % 5 === 4) rig.journal.failNext("unknown", throwDice() < 0.5);
    await rig.clock.settle();
  });
  const answers = correlations.map((correlation) => rig.answer(correlation)?.type);
  expect(answers.filter((type) => type === undefined)).toEqual([]);
  const totals = [await rig.view(rig.actorIn(0)), await rig.view(rig.actorIn(1))] as { adds: number }[];
  const adds = totals.reduce((sum, total) => sum + total.adds, 0);
  // What was answered has happened once; what is unknown may have happened once.
  const doneCount = answers.filter((type) => type === "done").length;
  expect(adds).toBeGreaterThanOrEqual(doneCount);
  expect(adds).toBeLessThanOrEqual(COMMANDS);
  expect(rig.lane(0).statistics().outboxPending + rig.lane(1).statistics().outboxPending).toBe(0);
  expect(rig.lane(0).statistics().recoveries + rig.lane(1).statistics().recoveries).toBeGreaterThan(3);
});

test("messages of one pair of shards keep their order, also past one whose receiver has to be loaded", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { activatedActorsMax: 0 } }).open();
  const receiver = rig.actorIn(1);
  const sender = rig.actorIn(0);
  await rig.ask(receiver, { type: "Add", amount: 1 });
  // Long enough for a checkpoint and for a sweep over all shards, twice.
  await rig.clock.advance(10_000);
  expect(rig.lane(1).statistics().activatedActors).toBe(0);
  rig.snapshots.hold();
  rig.send(sender, { type: "Forward", to: receiver, command: { type: "SetAlarm", dueAtMs: 5_000_000 } });
  rig.send(sender, { type: "Forward", to: receiver, command: { type: "SetAlarm", dueAtMs: 6_000_000 } });
  await rig.clock.advance(2_000);
  rig.snapshots.release();
  await rig.clock.settle();
  const alarms = rig.journal
    .segments(1)
    .flatMap(({ body }) => body.actors.flatMap((entry) => entry.events))
    .filter(({ type }) => type === "AlarmSet");
  expect(alarms).toMatchObject([{ dueAtMs: 5_000_000 }, { dueAtMs: 6_000_000 }]);
});

test("a message that its receiver cannot take holds up only its own pair of shards", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [sender, receiver, other] = [rig.actorIn(0), rig.actorIn(1), rig.actorIn(3)];
  await rig.ask(sender, { type: "Forward", to: receiver, command: { type: "Explode", where: "decide" } });
  await rig.ask(sender, { type: "Forward", to: receiver, command: { type: "Add", amount: 1 } });
  expect(await rig.ask(sender, { type: "AddTo", to: other, amount: 1 })).toMatchObject({ type: "done" });
  expect(await rig.ask(receiver, { type: "Add", amount: 2 })).toMatchObject({ reply: { total: 2 } });
  await rig.clock.advance(5_000);
  expect(rig.log.errors.length).toBeGreaterThan(3);
  expect(rig.lane(1).statistics().recoveries).toBe(0);
  expect(rig.traffic.filter((item) => item[0] === MESSAGE && item[2] === 1).length).toBeGreaterThan(4);
});

test("a shard whose messages do not arrive refuses new commands instead of growing", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { outboxLengthMax: 3 } }).open();
  rig.copies = (item) => (item[0] === MESSAGE || item[0] === DELIVERED ? 0 : 1);
  const add = { type: "AddTo", to: rig.actorIn(1), amount: 1 } as const;
  for (let count = 0; count < 3; count += 1) expect(await rig.ask(rig.actorIn(0), add)).toBeUndefined();
  expect(await rig.ask(rig.actorIn(0), add)).toMatchObject({ type: "overloaded" });
  expect(rig.lane(0).statistics().outboxPending).toBe(3);
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect(await rig.ask(rig.actorIn(0), add)).toMatchObject({ type: "done" });
});

test("an outbox outlives a restart from a checkpoint, and goes on with its numbers", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  const add = { type: "AddTo", to, amount: 1 } as const;
  rig.copies = () => 0;
  rig.send(from, add);
  await rig.clock.advance(40_000);
  expect(rig.snapshots.checkpoint(0)?.memory.outbox.length).toBe(1);
  await rig.restart(0);
  rig.copies = () => 1;
  await rig.clock.advance(40_000);
  expect(await rig.view(to)).toEqual({ total: 1, adds: 1 });
  expect(rig.snapshots.checkpoint(0)?.memory.outbox.length).toBe(0);
  await rig.restart(0);
  await rig.restart(1);
  expect(await rig.ask(from, add)).toMatchObject({ type: "done" });
  expect(await rig.view(to)).toEqual({ total: 2, adds: 2 });
});

test("a delivery that a segment has recorded is not repeated after a restart", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  await rig.ask(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 1 });
  await rig.ask(rig.actorIn(0), { type: "Add", amount: 1 });
  rig.traffic.length = 0;
  await rig.restart(0);
  expect(rig.traffic).toEqual([]);
});

test("within a lane a message does not overtake an earlier one that waits for its commit", async () => {
  const rig = await new LaneRig().open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(to, { type: "Add", amount: 1 });
  await rig.lane().stop();
  await rig.restart();
  rig.journal.hold();
  await rig.ask(from, { type: "Forward", to, command: { type: "SetAlarm", dueAtMs: 5_000_000 } });
  rig.sendRead(to);
  await rig.clock.settle();
  await rig.ask(from, { type: "Forward", to, command: { type: "SetAlarm", dueAtMs: 6_000_000 } });
  rig.journal.release();
  await rig.clock.settle();
  const events = rig.journal.segments(1).flatMap(({ body }) => body.actors.flatMap((entry) => entry.events));
  expect(events.filter(({ type }) => type === "AlarmSet")).toMatchObject([
    { dueAtMs: 5_000_000 },
    { dueAtMs: 6_000_000 },
  ]);
});

test("what a lane tells an actor of a shard that it has lost, without knowing, changes nothing there and is not lost", async () => {
  const rig = await twoLanes({ lost: () => "goOn" });
  const [asking, asked] = [rig.actorIn(0), rig.actorIn(2)];
  rig.route([0], 1);
  await begin(rig, rig.lane(1).adopt([0]));
  expect(rig.lane(0).shards).toContain(0);
  // The answer is for an actor that the other lane still has in memory, as it was before it asked.
  const correlation = rig.send(asking, { type: "AddTo", to: asked, amount: 1 });
  await rig.clock.advance(5_000);
  expect(rig.answer(correlation)).toEqual(done({ total: 1 }));
  expect(await rig.view(asked)).toEqual({ total: 1, adds: 1 });
});
