import { expect, test } from "bun:test";
import type { Typed } from "../contract/decider.ts";
import { done } from "../contract/outcome.ts";
import type { CallIdentity, ExternalPort } from "../ports/external.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { begin } from "../testing/shard-moves.ts";
import { ExternalCalls } from "./external-calls.ts";
import { defaultLaneLimits, type LaneLimits } from "./limits.ts";

/** The world outside: answers when it is told to. */
class World {
  readonly identities: CallIdentity[] = [];
  failing = false;
  #holding = false;
  readonly #held: (() => void)[] = [];

  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  async call(request: Typed, identity: CallIdentity): Promise<Typed> {
    this.identities.push(identity);
    if (this.failing) throw new Error("the provider is away");
    if (this.#holding) await new Promise<void>((resolve) => this.#held.push(resolve));
    return { ...request, type: "CalledBack" };
  }
}

async function rigWithWorld(limits: Partial<LaneLimits> = {}) {
  const world = new World();
  const rig = await new LaneRig({ ports: new Map([["echo", world]]), limits }).open();
  return { rig, world, actor: rig.actorIn(0) };
}

/** How often an answer has taken effect, as the journal has it. */
function noted(rig: LaneRig): number {
  const events = rig.journal.commits().flatMap(({ body }) => body.actors.flatMap((entry) => entry.events));
  return events.filter(({ type }) => type === "Noted").length;
}

test("a call is answered, and its answer takes effect once", async () => {
  const { rig, world, actor } = await rigWithWorld();
  expect(await rig.ask(actor, { type: "CallOut", text: "hello" })).toEqual(done("hello"));
  expect(world.identities).toEqual([{ tenant: "shop", caller: actor, shard: 0, number: 1 }]);
  expect(noted(rig)).toBe(1);
  expect(rig.lane().statistics().callsPending).toBe(0);
});

test("a call is repeated under the same identity, ever more slowly, until it is answered", async () => {
  const { rig, world, actor } = await rigWithWorld({ redeliverAfterMs: 1_000 });
  world.failing = true;
  const correlation = rig.send(actor, { type: "CallOut", text: "hello" });
  await rig.clock.advance(20_000);
  expect(world.identities.length).toBe(5);
  expect(new Set(world.identities.map((identity) => identity.number))).toEqual(new Set([1]));
  expect(rig.answer(correlation)).toBeUndefined();
  world.failing = false;
  await rig.clock.advance(30_000);
  expect(rig.answer(correlation)).toEqual(done("hello"));
  expect(noted(rig)).toBe(1);
});

test("an open call is placed again after a restart, under the same identity", async () => {
  const { rig, world, actor } = await rigWithWorld();
  world.hold();
  await rig.ask(actor, { type: "CallOut", text: "hello" });
  await rig.restart();
  world.release();
  await rig.clock.settle();
  expect(world.identities.map(({ number }) => number)).toEqual([1, 1]);
  expect(noted(rig)).toBe(1);
});

test("an open call is placed again after a restart from a checkpoint", async () => {
  const { rig, world, actor } = await rigWithWorld({ checkpointEventsMax: 1 });
  world.hold();
  await rig.ask(actor, { type: "CallOut", text: "hello" });
  expect(rig.snapshots.checkpoint(0)?.memory.calls.length).toBe(1);
  await rig.restart();
  world.release();
  await rig.clock.settle();
  expect(noted(rig)).toBe(1);
  await rig.restart();
  expect(world.identities.length).toBe(2);
});

test("an answer counts once when its commit is stored and the reply is lost", async () => {
  for (const stored of [true, false]) {
    const { rig, world, actor } = await rigWithWorld();
    world.hold();
    await rig.ask(actor, { type: "CallOut", text: "hello" }, { key: "k" });
    rig.journal.failNext("unknown", stored);
    world.release();
    await rig.clock.advance(5_000);
    expect(world.identities.length).toBe(stored ? 1 : 2);
    expect(noted(rig)).toBe(1);
    expect(await rig.ask(actor, { type: "CallOut", text: "hello" }, { key: "k" })).toEqual(done("hello"));
  }
});

test("a call whose commit is not stored is never made", async () => {
  const { rig, world, actor } = await rigWithWorld();
  rig.journal.failNext("unknown", false);
  expect(await rig.ask(actor, { type: "CallOut", text: "hello" })).toMatchObject({ type: "unknown" });
  await rig.clock.advance(10_000);
  expect(world.identities).toEqual([]);
});

test("only so many calls are in flight, and the others follow", async () => {
  const { rig, world, actor } = await rigWithWorld({ callsInFlightMax: 2 });
  world.hold();
  for (const text of ["a", "b", "c", "d", "e"]) rig.send(actor, { type: "CallOut", text });
  await rig.clock.settle();
  expect(world.identities.length).toBe(2);
  expect(rig.lane().statistics().callsPending).toBe(5);
  world.release();
  await rig.clock.settle();
  expect(world.identities.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(noted(rig)).toBe(5);
});

test("a provider that is away costs a line now and then, and each call that it fails again and again one", async () => {
  const { rig, world, actor } = await rigWithWorld();
  world.failing = true;
  for (let count = 0; count < 50; count += 1) rig.send(actor, { type: "CallOut", text: `call ${count}` });
  await rig.clock.advance(60_000);
  expect(rig.log.warnings.length).toBeWithin(1, 15);
  expect(rig.lane().statistics().callsStuck).toBe(0);
  await rig.clock.advance(540_000);
  expect(rig.lane().statistics().callsStuck).toBe(50);
  expect(rig.log.warnings.filter((message) => message.includes("again and again"))).toHaveLength(50);
  world.failing = false;
  await rig.clock.advance(60_000);
  expect(rig.lane().statistics()).toMatchObject({ callsPending: 0, callsStuck: 0 });
});

test("a call to a port that does not exist is kept, and disturbs nobody", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), { type: "CallOut", text: "hello" });
  await rig.clock.advance(5_000);
  expect(rig.lane().statistics().callsPending).toBe(1);
  expect(await rig.ask(rig.actorIn(0), { type: "Add", amount: 1 })).toEqual(done({ total: 1 }));
});

test("an answer that its actor cannot take is asked for again, and disturbs nobody", async () => {
  const { rig, world, actor } = await rigWithWorld({ redeliverAfterMs: 1_000 });
  await rig.ask(actor, { type: "CallOut", text: "unbearable" });
  await rig.clock.advance(3_500);
  expect(world.identities.length).toBeGreaterThan(2);
  expect(rig.lane().statistics().recoveries).toBe(0);
  expect(await rig.ask(actor, { type: "Add", amount: 1 })).toEqual(done({ total: 1 }));
});

test("a call whose answers cannot be taken is made ever more slowly", async () => {
  const { rig, world, actor } = await rigWithWorld({ redeliverAfterMs: 1_000 });
  await rig.ask(actor, { type: "CallOut", text: "unbearable" });
  await rig.clock.advance(20_000);
  expect(world.identities.length).toBe(5);
  await rig.clock.advance(120_000);
  expect(world.identities.length).toBe(9);
});

test("a call that is in flight when the lane recovers is not made twice", async () => {
  const { rig, world, actor } = await rigWithWorld();
  world.hold();
  await rig.ask(actor, { type: "CallOut", text: "hello" });
  rig.journal.failNext("unknown", false);
  await rig.ask(actor, { type: "Add", amount: 1 });
  expect(rig.lane().statistics().recoveries).toBe(1);
  world.release();
  await rig.clock.settle();
  expect(world.identities.length).toBe(1);
  expect(noted(rig)).toBe(1);
});

test("the numbers of calls go on after a restart from a checkpoint", async () => {
  const { rig, world, actor } = await rigWithWorld();
  await rig.ask(actor, { type: "CallOut", text: "hello" });
  await rig.lane().stop();
  await rig.restart();
  await rig.ask(actor, { type: "CallOut", text: "again" });
  expect(world.identities.map(({ number }) => number)).toEqual([1, 2]);
});

test("calls of two shards under one number are both made", async () => {
  const { rig, world } = await rigWithWorld();
  world.hold();
  rig.send(rig.actorIn(0), { type: "CallOut", text: "one" });
  rig.send(rig.actorIn(1), { type: "CallOut", text: "two" });
  await rig.clock.settle();
  expect(world.identities.map(({ shard, number }) => [shard, number])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test("room for calls comes back when they are answered", async () => {
  const { rig, actor } = await rigWithWorld({ callsInFlightMax: 1 });
  for (const text of ["one", "two", "three"])
    expect(await rig.ask(actor, { type: "CallOut", text })).toEqual(done(text));
});

test("a call that failed once is made once more, and not again after its answer", async () => {
  const { rig, world, actor } = await rigWithWorld({ redeliverAfterMs: 1_000 });
  world.failing = true;
  const correlation = rig.send(actor, { type: "CallOut", text: "hello" });
  await rig.clock.settle();
  world.failing = false;
  await rig.clock.advance(60_000);
  expect(rig.answer(correlation)).toEqual(done("hello"));
  expect(world.identities.length).toBe(2);
});

test("a port that throws at once has failed like any other", async () => {
  let calls = 0;
  const port: ExternalPort = {
    call(request) {
      calls += 1;
      if (calls === 1) throw new Error("the port is closed");
      return Promise.resolve({ ...request, type: "CalledBack" });
    },
  };
  const rig = await new LaneRig({ ports: new Map([["echo", port]]) }).open();
  const correlation = rig.send(rig.actorIn(0), { type: "CallOut", text: "hello" });
  await rig.clock.advance(10_000);
  expect([rig.answer(correlation), rig.faults, calls]).toEqual([done("hello"), [], 2]);
});

test("a call of a shard whose arrival took long is not repeated before the journal says that the shard is still the lane's", async () => {
  const world = new World();
  const rig = await new LaneRig({
    laneCount: 2,
    ports: new Map([["echo", world]]),
    lost: () => "goOn",
  }).open();
  const reclaim = rig.journal.reclaim.bind(rig.journal);
  world.hold();
  for (const shard of [0, 2]) await rig.ask(rig.actorIn(shard), { type: "CallOut", text: "hello" });
  await begin(rig, rig.lane(0).letGo([0, 2]));
  rig.route([0, 2], 1);
  expect(world.identities.map(({ shard }) => shard)).toEqual([0, 2]);
  // Read while the lane recovers, and taken in long after it was claimed.
  rig.journal.reclaim = () => Promise.reject(new Error("the database is away"));
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(1), { type: "Add", amount: 1 });
  await begin(rig, rig.lane(1).adopt([0, 2]));
  await rig.clock.advance(5_000);
  await rig.journal.claim([0], "another");
  rig.journal.reclaim = reclaim;
  await rig.clock.advance(5_000);
  expect(rig.lane(1).shards).toEqual([1, 2, 3, 5, 7]);
  expect(world.identities.map(({ shard }) => shard)).toEqual([0, 2, 2]);
});

test("a call that has waited for room is not made by an owner that stood still, before the journal says that it is still one", async () => {
  for (const successor of ["another", undefined]) {
    const world = new World();
    const ports = new Map([["echo", world]]);
    const rig = await new LaneRig({ ports, limits: { callsInFlightMax: 1 }, lost: () => "goOn" }).open();
    world.hold();
    for (const text of ["one", "two"]) rig.send(rig.actorIn(0), { type: "CallOut", text });
    await rig.clock.settle();
    if (successor !== undefined) await rig.journal.claim([0], successor);
    rig.clock.setBack(-60_000);
    world.release();
    await rig.clock.advance(1_000);
    expect([successor, world.identities.length]).toEqual([successor, successor === undefined ? 2 : 1]);
  }
});

test("a clock that is set back does not hold up a call that is to be repeated", async () => {
  const world = new World();
  const clock = new ManualClock(3_600_000);
  const answers: Typed[] = [];
  const calls = new ExternalCalls({
    ports: new Map([["echo", world]]),
    clock,
    log: new CollectingLog(),
    limits: { ...defaultLaneLimits, redeliverAfterMs: 1_000 },
    confirmed: () => true,
    answer: (_call, answer) => answers.push(answer),
  });
  world.failing = true;
  const request = { type: "Say" };
  calls.place(0, { number: 1, port: "echo", tenant: "shop", kind: "tally", id: "T", version: 1, request });
  await clock.settle();
  world.failing = false;
  clock.setBack(3_500_000);
  calls.startDue();
  await clock.settle();
  expect(answers).toEqual([{ type: "CalledBack" }]);
});
