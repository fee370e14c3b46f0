import { expect, test } from "bun:test";
import { LaneRig, type RigOptions } from "../testing/lane-rig.ts";
import type { TallyCommand } from "../testing/tally.ts";

const ADD = { type: "Add", amount: 1 } as const;

/** Numbers from 0 to below `bound`, the same for the same seed (xorshift32, Marsaglia 2003). */
function dice(seed: number): (bound: number) => number {
  let state = seed + 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

function randomCommand(rig: LaneRig, below: (bound: number) => number, other: string): TallyCommand {
  switch (below(6)) {
    case 0:
      return { type: "AddUpTo", amount: below(5), limit: 20 };
    case 1:
      return { type: "AddTo", to: other, amount: below(5), limit: 60 };
    case 2:
      return { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + below(2_000) };
    case 3:
      return { type: "Forward", to: other, command: ADD };
    default:
      return { type: "Add", amount: below(5) };
  }
}

/** Everything that clients were told in a random history, and what is stored at its end. */
async function history(seed: number, options: RigOptions): Promise<readonly unknown[]> {
  const rig = await new LaneRig(options).open();
  const below = dice(seed);
  const actors = Array.from({ length: 24 }, (_, number) => rig.actorIn(number % 8, number >> 3));
  const actor = (): string => actors[below(actors.length)] as string;
  const told: unknown[] = [];
  for (let step = 0; step < 60; step += 1) {
    const [to, other] = [actor(), actor()];
    // Keys come again: a passivated actor has to remember them.
    const key = `key ${below(40)}`;
    if (below(8) === 0) told.push(await rig.view(to));
    else told.push(await rig.ask(to, randomCommand(rig, below, other), { key }));
    await rig.clock.advance(below(4) * 100);
  }
  await rig.clock.advance(5_000);
  await rig.lane().stop();
  for (const name of actors) told.push(rig.snapshots.snapshot(rig.shardOf(name), name)?.snapshot);
  return told;
}

test("actors that leave memory and come back are as if they had stayed", async () => {
  for (let seed = 0; seed < 8; seed += 1) {
    const limits = { activatedActorsMax: seed % 4, checkpointEventsMax: 1 + (seed % 3) };
    const [capped, uncapped] = [await history(seed, { limits }), await history(seed, {})];
    expect(capped).toEqual(uncapped as unknown[]);
  }
}, 30_000);

test("a crowd of browsing carts ten times the cap does not push a hot SKU out of memory", async () => {
  const limits = { activatedActorsMax: 20, checkpointEventsMax: 20 };
  const rig = await new LaneRig({ limits }).open();
  const hot = [rig.actorIn(0), rig.actorIn(1)];
  for (const name of hot) for (let count = 0; count < 3; count += 1) await rig.ask(name, ADD);
  for (let nth = 1; nth < 200; nth += 1) {
    await rig.ask(rig.actorIn(nth % 8, nth), ADD);
    if (nth % 10 === 0) for (const name of hot) await rig.ask(name, ADD);
    await rig.clock.advance(100);
  }
  expect(rig.snapshots.loads).toBe(0);
  expect(rig.lane().statistics().activatedActors).toBeLessThanOrEqual(20);
});

test("an actor whose shard is on its way to the store stays until it is there", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 0, checkpointEventsMax: 2 } }).open();
  const actor = rig.actorIn(0);
  rig.snapshots.hold();
  await rig.ask(actor, ADD);
  // Another shard's commit looks for room while the first one is being stored.
  await rig.ask(rig.actorIn(1), ADD);
  expect(await rig.view(actor)).toEqual({ total: 1, adds: 1 });
  expect(rig.snapshots.loads).toBe(0);
  rig.snapshots.release();
  await rig.clock.advance(1_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  expect(await rig.view(actor)).toEqual({ total: 1, adds: 1 });
});

test("memory that is full of actors which cannot be stored refuses further ones, and goes on with those it has", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 2, crowdedActorsMax: 5 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  for (let nth = 0; nth < 5; nth += 1) await rig.ask(rig.actorIn(0, nth), ADD);
  expect(await rig.ask(rig.actorIn(0, 5), ADD)).toMatchObject({ type: "overloaded" });
  expect(await rig.ask(rig.actorIn(0), ADD)).toMatchObject({ type: "done" });
  expect(rig.lane().statistics()).toMatchObject({ activatedActors: 5, overloaded: 1 });
  rig.snapshots.saveFault = undefined;
  await rig.clock.advance(5_000);
  expect(await rig.ask(rig.actorIn(0, 5), ADD)).toMatchObject({ type: "done" });
});

test("a crowded lane goes on with the actors that a recovery has brought back", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 2, crowdedActorsMax: 5 } }).open();
  rig.snapshots.saveFault = new Error("the store is away");
  for (let nth = 0; nth < 4; nth += 1) await rig.ask(rig.actorIn(0, nth), ADD);
  rig.journal.failNext("unknown", true);
  await rig.ask(rig.actorIn(0, 4), ADD);
  expect(rig.lane().statistics()).toMatchObject({ activatedActors: 5, recoveries: 1 });
  expect(await rig.ask(rig.actorIn(0), ADD)).toMatchObject({ type: "done" });
  expect(await rig.ask(rig.actorIn(0, 5), ADD)).toMatchObject({ type: "overloaded" });
});

test("after any load the tails are within their limits", async () => {
  const limits = { laneTailEventsMax: 50, checkpointEventsMax: 20 };
  const rig = await new LaneRig({ limits }).open();
  for (let round = 0; round < 10; round += 1) {
    // Many commands per commit: one checkpoint per commit would fall behind.
    for (let nth = 0; nth < 200; nth += 1) rig.send(rig.actorIn(nth % 8, nth >> 3), ADD);
    await rig.clock.settle();
  }
  await rig.clock.advance(1_000);
  expect(rig.lane().statistics().tailEvents).toBeLessThanOrEqual(50);
});

test("an idle lane stores what is old enough, and then nothing more", async () => {
  const rig = await new LaneRig({ limits: { checkpointAgeMs: 30_000 } }).open();
  for (let shard = 0; shard < 8; shard += 1) await rig.ask(rig.actorIn(shard), ADD);
  await rig.clock.advance(31_000);
  expect([rig.snapshots.saves, rig.lane().statistics().tailEvents]).toEqual([8, 0]);
  await rig.clock.advance(600_000);
  expect(rig.snapshots.saves).toBe(8);
});

test("an actor that nobody has used for a minute leaves memory, though there is room", async () => {
  const rig = await new LaneRig({ limits: { idleActorMs: 60_000 } }).open();
  const [used, abandoned] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(abandoned, ADD);
  for (let count = 0; count < 7; count += 1) {
    await rig.ask(used, ADD);
    await rig.clock.advance(10_000);
  }
  expect(rig.lane().statistics().activatedActors).toBe(1);
  expect(await rig.view(abandoned)).toEqual({ total: 1, adds: 1 });
  expect(rig.snapshots.loads).toBe(1);
});

test("an actor that was rebuilt is stored again by the next checkpoint, and counted", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await rig.lane().stop();
  const before = rig.snapshots.snapshot(0, actor);
  rig.snapshots.lose(0, actor);
  await rig.restart();
  await rig.read(actor);
  expect(rig.lane().statistics().rebuiltActors).toBe(1);
  expect(rig.log.warnings).toEqual(["actors without a readable snapshot were rebuilt from the journal"]);
  await rig.clock.advance(31_000);
  expect(rig.snapshots.snapshot(0, actor)?.snapshot).toEqual(before?.snapshot);
});

test("an actor that left memory since the last recovery is rebuilt with all that has happened to it", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 0, checkpointEventsMax: 1 } }).open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await rig.ask(actor, ADD);
  await rig.clock.advance(1_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  rig.snapshots.lose(0, actor);
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 2 });
});

test("an actor that is only looked at is read from the store once, and leaves when nobody looks any more", async () => {
  const rig = await new LaneRig({ limits: { idleActorMs: 60_000 } }).open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await rig.lane().stop();
  await rig.restart();
  for (let second = 0; second < 90; second += 1) {
    await rig.read(actor);
    await rig.clock.advance(1_000);
  }
  expect([rig.snapshots.loads, rig.lane().statistics().activatedActors]).toEqual([1, 1]);
  await rig.clock.advance(61_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
});
