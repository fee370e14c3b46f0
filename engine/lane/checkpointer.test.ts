import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { AT_REST } from "../testing/tally.ts";

const DONE = { type: "Add", amount: AT_REST } as const;
const ADD = { type: "Add", amount: 1 } as const;

function activated(rig: LaneRig): number {
  return rig.lane().statistics().activatedActors;
}

test("a shard is stored when its tail has enough events, as of the segment that is durable", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 6 } }).open();
  const actor = rig.actorIn(0);
  for (let count = 0; count < 2; count += 1) await rig.ask(actor, ADD);
  expect(rig.snapshots.saves).toBe(0);
  await rig.ask(actor, ADD);
  expect(rig.snapshots.snapshot(0, actor)).toMatchObject({
    seq: 4,
    snapshot: { state: { total: 3 }, ticket: 3 },
  });
  expect(rig.snapshots.checkpoint(0)?.seq).toBe(4);
});

test("a shard with a short tail is stored when the tail is old enough", async () => {
  const rig = await new LaneRig({ limits: { checkpointAgeMs: 30_000 } }).open();
  await rig.ask(rig.actorIn(0), ADD);
  await rig.clock.advance(29_000);
  expect(rig.snapshots.saves).toBe(0);
  await rig.clock.advance(2_000);
  expect(rig.snapshots.saves).toBe(1);
  await rig.clock.advance(120_000);
  expect(rig.snapshots.saves).toBe(1);
});

test("nothing is stored of a batch that is not durable", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  rig.journal.hold();
  await rig.ask(rig.actorIn(0), ADD);
  await rig.clock.advance(60_000);
  expect(rig.snapshots.saves).toBe(0);
  rig.journal.failHeld("unknown", false);
  await rig.clock.settle();
  expect(rig.snapshots.saves).toBe(0);
});

test("a checkpoint holds nothing of the batch behind its commit, and is the only one on its way", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  const actor = rig.actorIn(0);
  rig.journal.hold();
  await rig.ask(actor, ADD);
  rig.snapshots.hold();
  await rig.ask(actor, ADD);
  await rig.ask(actor, ADD);
  expect(rig.journal.appends).toBe(1);
  rig.journal.release();
  await rig.clock.settle();
  rig.snapshots.release();
  await rig.clock.settle();
  expect(rig.snapshots.saves).toBe(1);
  expect(rig.snapshots.snapshot(0, actor)).toMatchObject({ seq: 2, snapshot: { state: { total: 1 } } });
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: 3, adds: 3 });
});

test("a checkpoint that fails is made later, and nothing is lost meanwhile", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1, activatedActorsMax: 0 } }).open();
  const actor = rig.actorIn(0);
  rig.snapshots.saveFault = new Error("the store is away");
  await rig.ask(actor, ADD);
  await rig.clock.advance(10_000);
  expect(activated(rig)).toBe(1);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
  rig.snapshots.saveFault = undefined;
  await rig.clock.advance(5_000);
  expect(rig.snapshots.snapshot(0, actor)).toMatchObject({ snapshot: { state: { total: 2 } } });
});

test("in a crowded lane actors that are stored and not in use leave, and come back as they were", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 3 } }).open();
  for (let nth = 0; nth < 6; nth += 1) await rig.ask(rig.actorIn(nth % 3, nth), ADD);
  await rig.clock.advance(20_000);
  expect(activated(rig)).toBeLessThanOrEqual(3);
  for (let nth = 0; nth < 6; nth += 1) {
    expect(await rig.ask(rig.actorIn(nth % 3, nth), ADD)).toEqual(done({ total: 2 }));
  }
});

test("an actor that is in use stays while others pass through", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 10 } }).open();
  const hot = rig.actorIn(0);
  for (let nth = 1; nth < 200; nth += 1) {
    rig.send(rig.actorIn(nth % 8, nth), ADD);
    await rig.ask(hot, ADD);
    await rig.clock.advance(100);
  }
  expect(activated(rig)).toBeLessThan(120);
  expect(rig.snapshots.loads).toBe(0);
  expect(await rig.view(hot)).toEqual({ total: 199, adds: 199 });
});

test("an actor stays while somebody waits for it, and while it is not stored", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { activatedActorsMax: 0 } }).open();
  rig.copies = () => 0;
  const correlation = rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 1 });
  await rig.clock.advance(30_000);
  expect(activated(rig)).toBe(1);
  rig.copies = () => 1;
  await rig.clock.advance(2_000);
  expect(rig.answer(correlation)).toEqual(done({ total: 1 }));
  rig.snapshots.saveFault = new Error("the store is away");
  await rig.ask(rig.actorIn(2), ADD);
  await rig.clock.advance(30_000);
  expect(activated(rig)).toBeGreaterThanOrEqual(1);
  expect(await rig.view(rig.actorIn(2))).toEqual({ total: 1, adds: 1 });
});

test("an actor that only refuses is in use too", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 10 } }).open();
  const hot = rig.actorIn(0);
  await rig.ask(hot, ADD);
  for (let nth = 1; nth < 200; nth += 1) {
    rig.send(rig.actorIn(nth % 8, nth), ADD);
    await rig.ask(hot, { type: "AddUpTo", amount: 1, limit: 1 });
    await rig.clock.advance(100);
  }
  expect(rig.snapshots.loads).toBe(0);
});

test("a store that fails is not asked again with every commit", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  for (let count = 0; count < 10; count += 1) await rig.ask(rig.actorIn(0), ADD);
  expect(rig.log.warnings.length).toBe(1);
});

test("of a lane whose tails are too long in all, the shard with the longest is stored first", async () => {
  const rig = await new LaneRig({ limits: { laneTailEventsMax: 7 } }).open();
  await rig.ask(rig.actorIn(0), ADD);
  for (let count = 0; count < 2; count += 1) await rig.ask(rig.actorIn(1), ADD);
  expect(rig.snapshots.saves).toBe(0);
  await rig.ask(rig.actorIn(2), ADD);
  expect(rig.snapshots.saves).toBe(1);
  expect(rig.snapshots.checkpoint(1)?.seq).toBe(3);
});

test("an actor that is at rest leaves once it is stored, and is there when somebody asks", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 4 } }).open();
  await rig.ask(rig.actorIn(0), DONE);
  expect(activated(rig)).toBe(1);
  await rig.ask(rig.actorIn(0, 1), ADD);
  expect(activated(rig)).toBe(1);
  expect(await rig.ask(rig.actorIn(0), ADD)).toEqual(done({ total: AT_REST + 1 }));
  expect([rig.journal.picks, rig.snapshots.loads]).toEqual([1, 0]);
});

test("an actor at rest stays when it changes again while it is stored", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  rig.snapshots.hold();
  await rig.ask(rig.actorIn(0), DONE);
  await rig.ask(rig.actorIn(0), { type: "Add", amount: 0 });
  rig.snapshots.release();
  await rig.clock.settle();
  expect(activated(rig)).toBe(1);
  expect(await rig.view(rig.actorIn(0))).toEqual({ total: AT_REST, adds: 2 });
  expect(rig.snapshots.loads).toBe(0);
});

test("an actor at rest whose checkpoint failed stays, and so does one that somebody waits for", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { checkpointEventsMax: 1 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  await rig.ask(rig.actorIn(0), DONE);
  expect(activated(rig)).toBe(1);
  expect(await rig.view(rig.actorIn(0))).toEqual({ total: AT_REST, adds: 1 });
  rig.snapshots.saveFault = undefined;
  await rig.clock.advance(5_000);
  expect(activated(rig)).toBe(0);
  rig.copies = () => 0;
  await rig.ask(rig.actorIn(2), DONE);
  const correlation = rig.send(rig.actorIn(2), { type: "AddTo", to: rig.actorIn(1), amount: 1 });
  await rig.clock.advance(5_000);
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect(rig.answer(correlation)).toEqual(done({ total: 1 }));
});

test("a shard that cannot be stored does not hold up the others", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 4 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  for (let count = 0; count < 2; count += 1) await rig.ask(rig.actorIn(0), ADD);
  rig.snapshots.saveFault = undefined;
  for (let count = 0; count < 6; count += 1) await rig.ask(rig.actorIn(1), ADD);
  await rig.clock.advance(1_500);
  expect(rig.snapshots.checkpoint(1)).toBeDefined();
});

test("a checkpoint that fails gives its tail back to what has come since", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 2 } }).open();
  const actor = rig.actorIn(0);
  rig.snapshots.hold();
  await rig.ask(actor, ADD);
  const { tailEvents } = rig.lane().statistics();
  await rig.ask(actor, ADD);
  rig.snapshots.saveFault = new Error("the store is away");
  rig.snapshots.release();
  await rig.clock.settle();
  expect([tailEvents, rig.lane().statistics().tailEvents]).toEqual([0, 4]);
});

test("a shard is stored in time also when the clock was ahead and is set right", async () => {
  const rig = await new LaneRig({ limits: { checkpointAgeMs: 30_000 } }).open();
  rig.clock.setBack(-3_600_000);
  await rig.ask(rig.actorIn(0), ADD);
  rig.clock.setBack(3_600_000);
  await rig.clock.advance(61_000);
  expect(rig.snapshots.saves).toBe(1);
});

test("a clock that is set back does not hold up the checkpoint after one that failed", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  await rig.ask(rig.actorIn(0), ADD);
  rig.snapshots.saveFault = undefined;
  rig.clock.setBack(600_000);
  await rig.ask(rig.actorIn(0), ADD);
  expect(rig.snapshots.saves).toBe(1);
});
