import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";

const ADD = { type: "Add", amount: 1 } as const;
const UNKNOWN = { type: "unknown", retryAfterMs: 200 } as const;

/** Stops a lane while the test goes on. */
async function stop(rig: LaneRig): Promise<() => boolean> {
  let stopped = false;
  void rig
    .lane()
    .stop()
    .then(() => {
      stopped = true;
    });
  await rig.clock.settle();
  return () => stopped;
}

test("stopping finishes what is in flight and what waits, then stores everything", async () => {
  const rig = await new LaneRig().open();
  rig.journal.hold();
  const begun = rig.send(rig.actorIn(0), ADD);
  await rig.clock.settle();
  const waiting = rig.send(rig.actorIn(1), ADD);
  const stopped = await stop(rig);
  expect(stopped()).toBe(false);
  rig.journal.release();
  await rig.clock.settle();
  expect(stopped()).toBe(true);
  expect([rig.answer(begun), rig.answer(waiting)]).toEqual([done({ total: 1 }), done({ total: 1 })]);
  expect([0, 1].map((shard) => rig.snapshots.checkpoint(shard)?.seq)).toEqual([2, 2]);
  await rig.restart();
  // Nothing was left to fold.
  expect(rig.lane().statistics().activatedActors).toBe(0);
});

test("commands that come while a lane stops, or later, are refused at once", async () => {
  const rig = await new LaneRig().open();
  rig.journal.hold();
  await rig.ask(rig.actorIn(0), ADD);
  const stopped = await stop(rig);
  expect(await rig.ask(rig.actorIn(0), ADD)).toMatchObject({ type: "overloaded" });
  rig.journal.release();
  await rig.clock.settle();
  expect(stopped()).toBe(true);
  expect(await rig.ask(rig.actorIn(0), ADD)).toMatchObject({ type: "overloaded" });
});

test("stopping waits for actors that are being loaded", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), ADD);
  await rig.lane().stop();
  await rig.restart();
  rig.snapshots.hold();
  const waiting = rig.send(rig.actorIn(0), ADD);
  const stopped = await stop(rig);
  expect(stopped()).toBe(false);
  rig.snapshots.release();
  await rig.clock.settle();
  expect(stopped()).toBe(true);
  expect(rig.answer(waiting)).toEqual(done({ total: 2 }));
});

test("who waits for an open command when its lane stops is answered unknown", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  rig.copies = () => 0;
  const open = rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 1 });
  const stopped = await stop(rig);
  expect(stopped()).toBe(true);
  expect(rig.answer(open)).toEqual(UNKNOWN);
});

test("a lane that loses a commit while it stops ends without another attempt", async () => {
  const rig = await new LaneRig().open();
  rig.journal.hold();
  const begun = rig.send(rig.actorIn(0), ADD);
  await rig.clock.settle();
  const stopped = await stop(rig);
  rig.journal.failHeld("unknown", true);
  await rig.clock.advance(10_000);
  expect(stopped()).toBe(true);
  expect(rig.lane().state).toBe("stopped");
  expect(rig.answer(begun)).toEqual(UNKNOWN);
  expect(rig.journal.segments(0).at(-1)?.body.takeover).toBeUndefined();
});

test("a lane that is stopped while it recovers does not serve again", async () => {
  const rig = await new LaneRig().open();
  rig.journal.failNext("unknown", false);
  rig.journal.claimFault = new Error("the database is away");
  await rig.ask(rig.actorIn(0), ADD);
  const waiting = rig.send(rig.actorIn(0), ADD);
  const stopped = await stop(rig);
  expect(stopped()).toBe(true);
  expect(rig.answer(waiting)).toEqual(UNKNOWN);
  rig.journal.claimFault = undefined;
  await rig.clock.advance(10_000);
  expect(rig.lane().state).toBe("stopped");
});

test("a stopped lane leaves no timer behind", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 500 });
  await stop(rig);
  expect(rig.clock.plannedCount).toBe(0);
});

test("statistics count what a lane has done", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), ADD);
  await rig.ask(rig.actorIn(0), { type: "AddUpTo", amount: 1, limit: 0 });
  expect(rig.lane().statistics()).toMatchObject({
    lane: 0,
    state: "serving",
    commandsByKind: { tally: 2 },
    refusalsByCode: { limit_reached: 1 },
    commits: 1,
    events: 1,
    eventsByType: { Added: 1 },
    shards: 8,
    activatedActors: 1,
    mailboxDepth: 0,
  });
});

test("a lane whose journal cannot be read at the start does not open", async () => {
  const rig = new LaneRig();
  rig.journal.claimFault = new Error("the database is away");
  const error: unknown = await rig.open().catch((fault: unknown) => fault);
  expect(error).toEqual(new Error("the database is away"));
});
