import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import type { LaneLimits } from "./limits.ts";

const ADD = { type: "Add", amount: 1 } as const;

/** A lane that knows the actors of two shards and has none of them in memory. */
async function rigWithColdActors(limits: Partial<LaneLimits> = {}): Promise<LaneRig> {
  const rig = await new LaneRig({ limits }).open();
  for (const shard of [0, 1]) for (const nth of [0, 1, 2]) await rig.ask(rig.actorIn(shard, nth), ADD);
  await rig.lane().stop();
  await rig.restart();
  expect(rig.lane().statistics().activatedActors).toBe(0);
  rig.snapshots.loads = 0;
  rig.journal.reads = 0;
  return rig;
}

test("an actor nobody has heard of is there without a question to the store", async () => {
  const rig = await rigWithColdActors();
  expect(await rig.ask(rig.actorIn(0, 7), ADD)).toEqual(done({ total: 1 }));
  expect([rig.snapshots.loads, rig.journal.reads]).toEqual([0, 0]);
});

test("work for an actor that is being loaded waits in order, and other work goes on", async () => {
  const rig = await rigWithColdActors();
  rig.snapshots.hold();
  const [cold, other] = [rig.actorIn(0), rig.actorIn(0, 7)];
  const waiting = [1, 2, 3].map(() => rig.send(cold, ADD));
  await rig.clock.settle();
  expect(await rig.ask(other, ADD)).toEqual(done({ total: 1 }));
  waiting.push(rig.send(cold, ADD));
  await rig.clock.settle();
  expect(waiting.map((correlation) => rig.answer(correlation))).toEqual(waiting.map(() => undefined));
  rig.snapshots.release();
  await rig.clock.settle();
  expect(waiting.map((correlation) => rig.answer(correlation))).toEqual(
    [2, 3, 4, 5].map((total) => done({ total })),
  );
  expect(rig.snapshots.loads).toBe(1);
});

test("actors that are wanted together are loaded with one read per shard", async () => {
  const rig = await rigWithColdActors();
  for (const shard of [0, 1]) for (const nth of [0, 1, 2]) rig.send(rig.actorIn(shard, nth), ADD);
  await rig.clock.settle();
  expect(rig.snapshots.loads).toBe(2);
});

test("snapshots that are lost together are made up for by one pass over the journal", async () => {
  const rig = await rigWithColdActors();
  for (const nth of [0, 1, 2]) rig.snapshots.lose(0, rig.actorIn(0, nth));
  const waiting = [0, 1, 2].map((nth) => rig.send(rig.actorIn(0, nth), ADD));
  await rig.clock.settle();
  expect(waiting.map((correlation) => rig.answer(correlation))).toEqual(
    waiting.map(() => done({ total: 2 })),
  );
  expect(rig.journal.reads).toBe(1);
});

test("a message within the lane to an actor that has to be loaded arrives once it is there", async () => {
  const rig = await rigWithColdActors();
  const [from, to] = [rig.actorIn(0, 7), rig.actorIn(1)];
  expect(await rig.ask(from, { type: "AddTo", to, amount: 5 })).toEqual(done({ total: 6 }));
  expect(await rig.view(to)).toEqual({ total: 6, adds: 2 });
  expect(rig.lane().statistics().outboxPending).toBe(0);
});

test("work that waited for its actor when the lane recovered is carried out once", async () => {
  const rig = await rigWithColdActors();
  rig.snapshots.hold();
  const cold = rig.actorIn(0);
  const waiting = rig.send(cold, ADD);
  await rig.clock.settle();
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(0, 7), ADD);
  expect(rig.lane().statistics().recoveries).toBe(1);
  rig.snapshots.release();
  await rig.clock.settle();
  expect(rig.answer(waiting)).toEqual(done({ total: 2 }));
  expect(await rig.view(cold)).toEqual({ total: 2, adds: 2 });
});

test("a load that was abandoned and fails concerns nobody any more", async () => {
  const rig = await rigWithColdActors();
  rig.snapshots.hold();
  const waiting = rig.send(rig.actorIn(0), ADD);
  await rig.clock.settle();
  rig.snapshots.pass();
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(0, 7), ADD);
  expect(rig.answer(waiting)).toEqual(done({ total: 2 }));
  rig.snapshots.loadFault = new Error("the store is away");
  rig.snapshots.release();
  await rig.clock.settle();
  expect(rig.lane().statistics().recoveries).toBe(1);
});

test("an actor whose snapshot and timer were lost is woken once it is in memory again", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 500 });
  await rig.lane().stop();
  rig.snapshots.lose(0, actor);
  await rig.restart();
  await rig.read(actor);
  await rig.clock.advance(1_000);
  const events = rig.journal.commits().flatMap(({ body }) => body.actors.flatMap((entry) => entry.events));
  expect(events.map(({ type }) => type)).toEqual(["AlarmSet", "Rang"]);
});

test("no more clients' work waits for actors to be loaded than the mailbox has room for", async () => {
  const limits = { mailboxLengthMax: 3, retryAfterMs: 70 };
  const rig = await rigWithColdActors(limits);
  rig.snapshots.hold();
  const cold = rig.actorIn(0);
  const waiting: number[] = [];
  for (let count = 0; count < limits.mailboxLengthMax; count += 1) {
    waiting.push(rig.send(cold, ADD));
    await rig.clock.settle();
  }
  const overloaded = { type: "overloaded", retryAfterMs: limits.retryAfterMs } as const;
  expect(await rig.ask(cold, ADD)).toEqual(overloaded);
  const unread = rig.sendRead(rig.actorIn(1));
  await rig.clock.settle();
  expect(rig.answer(unread)).toEqual(overloaded);
  expect(await rig.ask(rig.actorIn(0, 7), ADD)).toEqual(done({ total: 1 }));
  rig.snapshots.release();
  await rig.clock.settle();
  expect(waiting.map((correlation) => rig.answer(correlation))).toEqual(
    [2, 3, 4].map((total) => done({ total })),
  );
});

test("messages that are repeated while their receiver is loaded wait once", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { activatedActorsMax: 0 } }).open();
  const [sender, receiver] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(receiver, ADD);
  await rig.clock.advance(10_000);
  expect(rig.lane(1).statistics().activatedActors).toBe(0);
  rig.snapshots.hold();
  for (const amount of [1, 2])
    rig.send(sender, { type: "Forward", to: receiver, command: { ...ADD, amount } });
  await rig.clock.advance(60_000);
  const { taken } = rig.lane(1).work();
  rig.snapshots.release();
  await rig.clock.settle();
  expect(await rig.view(receiver)).toEqual({ total: 4, adds: 3 });
  expect(rig.lane(1).work().taken - taken).toBeLessThan(10);
});

test("messages that wait for a store which is slow take room, no more than there is, and all arrive", async () => {
  const limits = { mailboxLengthMax: 3, activatedActorsMax: 0 };
  const rig = await new LaneRig({ laneCount: 2, limits }).open();
  const [sender, receiver, other] = [rig.actorIn(1), rig.actorIn(0), rig.actorIn(0, 1)];
  for (const actor of [receiver, other]) await rig.ask(actor, ADD);
  await rig.clock.advance(10_000);
  rig.snapshots.hold();
  for (let count = 0; count < 20; count += 1) {
    await rig.ask(sender, { type: "Forward", to: receiver, command: ADD });
  }
  expect(await rig.ask(other, ADD)).toEqual({ type: "overloaded", retryAfterMs: 200 });
  const { taken } = rig.lane(0).work();
  rig.snapshots.release();
  await rig.clock.settle();
  expect(rig.lane(0).work().taken - taken).toBeLessThan(15);
  await rig.clock.advance(30_000);
  expect(await rig.view(receiver)).toEqual({ total: 21, adds: 21 });
});
