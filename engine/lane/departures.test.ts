import { expect, test } from "bun:test";
import type { Typed } from "../contract/decider.ts";
import { done } from "../contract/outcome.ts";
import { begin, move, moved, twoLanes } from "../testing/shard-moves.ts";
import { COMMAND, MESSAGE, MOVED } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;
const UNKNOWN = { type: "unknown", retryAfterMs: 200 } as const;

test("a lane that lets go ends with what it has in flight, and turns away what waits", async () => {
  const rig = await twoLanes({ limits: { batchDecisionsMax: 1 } });
  const [leaving, staying] = [rig.actorIn(0), rig.actorIn(2)];
  rig.journal.hold();
  // A commit in flight, an open batch, and one of each that was not begun.
  const begun: number[] = [];
  for (let count = 0; count < 2; count += 1) {
    begun.push(rig.send(leaving, ADD));
    await rig.clock.settle();
  }
  const waiting = rig.send(leaving, ADD);
  const unread = rig.sendRead(leaving);
  const other = rig.send(staying, ADD);
  await rig.clock.settle();
  expect(rig.journal.held).toBe(1);
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  const late = rig.send(leaving, ADD);
  await rig.clock.settle();
  expect(moved(rig)).toEqual([
    [MOVED, waiting, 0],
    [MOVED, unread, 0],
    [MOVED, late, 0],
  ]);
  expect(gone()).toBe(false);
  rig.journal.release();
  await rig.clock.settle();
  expect(gone()).toBe(true);
  expect(begun.map((correlation) => rig.answer(correlation))).toEqual([1, 2].map((total) => done({ total })));
  expect(rig.answer(other)).toEqual(done({ total: 1 }));
  rig.route([0], 1);
  await begin(rig, rig.lane(1).adopt([0]));
  expect(await rig.view(leaving)).toEqual({ total: 2, adds: 2 });
});

test("a shard that leaves its lane for the second time is not gone before all of it is durable", async () => {
  const rig = await twoLanes();
  const leaving = rig.actorIn(0);
  await move(rig, [0], 0, 1);
  await move(rig, [0], 1, 0);
  rig.journal.hold();
  const adding = rig.send(leaving, ADD);
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  expect([rig.journal.held, gone()]).toEqual([1, false]);
  rig.journal.release();
  await rig.clock.settle();
  expect([gone(), rig.answer(adding)]).toEqual([true, done({ total: 1 })]);
});

test("who asked for a view before the actor came to be, and its shard left, is sent on in place of being shown nothing", async () => {
  const rig = await twoLanes();
  const [leaving, staying] = [rig.actorIn(0), rig.actorIn(2)];
  rig.journal.hold();
  rig.send(staying, ADD);
  await rig.clock.settle();
  const read = rig.sendRead(leaving);
  const adding = rig.send(leaving, ADD);
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  rig.journal.release();
  await rig.clock.settle();
  expect([gone(), rig.answer(adding), moved(rig)]).toEqual([true, done({ total: 1 }), [[MOVED, read, 0]]]);
});

test("a lane that has let go appends nothing more to the shard, and is not fenced by its next owner", async () => {
  const rig = await twoLanes();
  await rig.ask(rig.actorIn(0), { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 5_000 });
  await move(rig, [0], 0, 1);
  const seq = rig.journal.segments(0).length;
  await rig.clock.advance(4_000);
  await rig.ask(rig.actorIn(2), ADD);
  expect(rig.journal.segments(0)).toHaveLength(seq);
  expect(rig.lane(0).statistics()).toMatchObject({ recoveries: 0, timers: 0, shards: 3, activatedActors: 1 });
  await rig.clock.advance(60_000);
  expect(rig.faults).toEqual([]);
});

test("a call whose commit is in flight when its shard leaves is made by the next owner alone", async () => {
  const made: number[] = [];
  const port = { call: () => new Promise<Typed>(() => void made.push(rig.lane(0).shards.length)) };
  const rig = await twoLanes({ ports: new Map([["echo", port]]) });
  rig.journal.hold();
  rig.send(rig.actorIn(0), { type: "CallOut", text: "hello" });
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  rig.journal.release();
  await rig.clock.settle();
  expect([gone(), made.length]).toEqual([true, 0]);
  rig.route([0], 1);
  await begin(rig, rig.lane(1).adopt([0]));
  expect(made).toHaveLength(1);
});

test("what was on its way to an owner that has let go is sent to the next one at once", async () => {
  const rig = await twoLanes({ limits: { redeliverAfterMs: 60_000 } });
  rig.copies = (item) => (item[0] === MESSAGE ? 0 : 1);
  const adding = rig.send(rig.actorIn(1), { type: "AddTo", to: rig.actorIn(0), amount: 1 });
  await rig.clock.settle();
  rig.copies = () => 1;
  await move(rig, [0], 0, 1);
  expect(rig.answer(adding)).toEqual(done({ total: 1 }));
});

test("a message within a lane to a shard that has just left it waits for the shard's next owner", async () => {
  const rig = await twoLanes();
  const [from, to] = [rig.actorIn(2), rig.actorIn(0)];
  await begin(rig, rig.lane(0).letGo([0]));
  const adding = rig.send(from, { type: "AddTo", to, amount: 1 });
  await rig.clock.settle();
  expect(rig.lane(0).statistics().outboxPending).toBe(1);
  rig.route([0], 1);
  await begin(rig, rig.lane(1).adopt([0]));
  rig.lane(0).rerouted([0]);
  await rig.clock.settle();
  expect(rig.answer(adding)).toEqual(done({ total: 1 }));
});

test("a lane that recovers while it lets go still ends with what it had in flight", async () => {
  for (const stored of [true, false]) {
    const rig = await twoLanes();
    const actor = rig.actorIn(0);
    rig.journal.hold();
    const inFlight = rig.send(actor, ADD, { key: "k" });
    const read = rig.sendRead(actor);
    await rig.clock.settle();
    const gone = await begin(rig, rig.lane(0).letGo([0]));
    rig.journal.failHeld("unknown", stored);
    rig.journal.claimFault = new Error("the database is away");
    await rig.clock.settle();
    expect([gone(), rig.answer(inFlight)]).toEqual([false, undefined]);
    rig.journal.claimFault = undefined;
    await rig.clock.advance(1_000);
    expect([gone(), rig.answer(inFlight)]).toEqual([true, stored ? done({ total: 1 }) : UNKNOWN]);
    expect(rig.lane(0).shards).toEqual([2, 4, 6]);
    expect(rig.lane(0).statistics()).toMatchObject({ shards: 3, recoveries: 1 });
    // A read in that batch was answered with it, or has to be made where the shard is now.
    expect(stored ? rig.client.views(read).length : moved(rig)).toEqual(stored ? 1 : [[MOVED, read, 0]]);
    rig.route([0], 1);
    await begin(rig, rig.lane(1).adopt([0]));
    expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(done({ total: 1 }));
    expect(await rig.ask(rig.actorIn(2), ADD)).toEqual(done({ total: 1 }));
  }
});

test("a shard that is let go of while its lane recovers is gone when the lane serves again", async () => {
  const rig = await twoLanes();
  rig.journal.failNext("unknown", false);
  rig.journal.claimFault = new Error("the database is away");
  await rig.ask(rig.actorIn(0), ADD);
  const waiting = rig.send(rig.actorIn(0), ADD);
  const other = rig.send(rig.actorIn(2), ADD);
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  expect([gone(), moved(rig)]).toEqual([false, [[MOVED, waiting, 0]]]);
  rig.journal.claimFault = undefined;
  await rig.clock.advance(1_000);
  expect([gone(), rig.lane(0).shards]).toEqual([true, [2, 4, 6]]);
  expect(rig.answer(other)).toEqual(done({ total: 1 }));
});

test("a command that reaches a lane which is told to let go again and again is answered once", async () => {
  const rig = await twoLanes();
  const id = rig.actorIn(0).split("/")[2] as string;
  rig.lane(0).receive(rig.client, [[COMMAND, 900, "shop", "tally", id, ADD, "k", 10 ** 12, null]]);
  for (let count = 0; count < 3; count += 1) void rig.lane(0).letGo([0]);
  await rig.clock.settle();
  expect(rig.client.items).toEqual([[MOVED, 900, 0]]);
});

test("work that waits for an actor of the shard to be loaded is turned away, too", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await begin(rig, rig.lane(0).stop());
  await rig.restart(0);
  rig.snapshots.hold();
  const waiting = rig.send(actor, ADD);
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  expect([gone(), moved(rig)]).toEqual([true, [[MOVED, waiting, 0]]]);
  rig.snapshots.release();
  await rig.clock.settle();
  expect(rig.lane(0).statistics()).toMatchObject({ recoveries: 0, activatedActors: 0 });
});

test("a shard that is lost on its way out and adopted again meanwhile is served", async () => {
  const rig = await twoLanes({ lost: () => "goOn" });
  rig.journal.hold();
  rig.send(rig.actorIn(0), ADD);
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane(0).letGo([0]));
  await rig.journal.claim([0], "successor");
  rig.snapshots.hold();
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.lane(0).state).toBe("recovering");
  const back = await begin(rig, rig.lane(0).adopt([0]));
  rig.snapshots.release();
  await rig.clock.settle();
  expect([gone(), back(), rig.lane(0).shards]).toEqual([true, true, [0, 2, 4, 6]]);
  expect(await rig.ask(rig.actorIn(0), ADD)).toEqual(done({ total: 1 }));
});
