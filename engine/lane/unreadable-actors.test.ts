import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { UnknownVersion } from "../contract/upcast.ts";
import { OwnershipLost } from "../ports/journal.ts";
import { CollectingLink } from "../testing/collecting-link.ts";
import { LaneRig, type RigOptions } from "../testing/lane-rig.ts";
import { tallyDecider } from "../testing/tally.ts";
import { WATCH } from "../transport/items.ts";

const ALL_SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const ADD = { type: "Add", amount: 1 } as const;
const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;

/** Lanes whose actors are stored and not in memory; some of the first lane's cannot be read until they are mended. */
async function rigWithDamage(options: RigOptions = {}, damagedCount = 1) {
  const rig = await new LaneRig(options).open();
  const actors = Array.from({ length: 6 }, (_, nth) => rig.actorIn(0, nth));
  for (const actor of actors) await rig.ask(actor, ADD);
  await rig.lane().stop();
  await rig.restart();
  const broken = new Set(actors.slice(0, damagedCount));
  const store = rig.snapshots;
  const load = store.load.bind(store);
  const damage = { error: new Error("a segment is damaged"), loads: 0 };
  const loadDamaged: typeof load = async (shard, addresses) => {
    if (!addresses.some(({ id }) => broken.has(`shop/tally/${id}`))) return load(shard, addresses);
    damage.loads += 1;
    throw damage.error;
  };
  const mend = (): void => {
    store.load = load;
  };
  const breakAgain = (): void => {
    store.load = loadDamaged;
  };
  breakAgain();
  const [damaged, sound, other] = [actors[0] as string, actors[1] as string, actors[2] as string];
  return { rig, actors, damaged, sound, other, damage, mend, breakAgain };
}

test("an actor that cannot be read keeps its lane from nothing else, and whoever asks for it is told at once", async () => {
  const { rig, damaged, sound, mend } = await rigWithDamage();
  const [first, beside] = [rig.send(damaged, ADD), rig.send(sound, ADD)];
  const read = rig.sendRead(damaged);
  await rig.clock.advance(1_000);
  expect([first, read, beside].map((correlation) => rig.answer(correlation))).toEqual([
    OVERLOADED,
    OVERLOADED,
    done({ total: 2 }),
  ]);
  for (let count = 0; count < 10; count += 1) {
    expect(await rig.ask(rig.actorIn(0, 7), ADD)).toEqual(done({ total: count + 1 }));
    expect(await rig.ask(damaged, ADD)).not.toEqual(done({ total: 2 }));
    await rig.clock.advance(1_000);
  }
  expect(rig.lane().statistics().recoveries).toBe(0);
  mend();
  await rig.clock.advance(10_000);
  expect(await rig.ask(damaged, ADD)).toEqual(done({ total: 2 }));
});

test("who watches an actor that cannot be read sees it once it can be", async () => {
  const { rig, damaged, mend } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(10_000);
  expect(rig.client.views(0)).toEqual([]);
  mend();
  await rig.clock.advance(10_000);
  expect(rig.client.views(0).map(({ view }) => view)).toEqual([{ total: 1, adds: 1 }]);
  expect(rig.lane().statistics().recoveries).toBe(0);
});

test("a lane stops although an actor cannot be read that is waited for", async () => {
  const { rig, damaged } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(10_000);
  await rig.lane().stop();
  expect(rig.lane().state).toBe("stopped");
});

test("a gateway that watches and stops again and again takes no room, and sees the actor once when it can be read", async () => {
  const { rig, damaged, sound, mend } = await rigWithDamage({ limits: { mailboxLengthMax: 100 } });
  const { tenant, kind, id } = { tenant: "shop", kind: "tally", id: damaged.split("/")[2] as string };
  const [gone, another] = [new CollectingLink(), new CollectingLink()];
  for (const link of [gone, another]) rig.lane().receive(link, [[WATCH, tenant, kind, id]]);
  for (let round = 0; round < 1_000; round += 1) {
    rig.watch(damaged);
    await rig.clock.settle();
    rig.unwatch(damaged);
  }
  rig.watch(damaged);
  rig.lane().forget(gone);
  expect(await rig.ask(sound, ADD)).toEqual(done({ total: 2 }));
  mend();
  await rig.clock.advance(60_000);
  expect([rig.client, another, gone].map((link) => link.views(0).length)).toEqual([1, 1, 0]);
});

test("a gateway that stops watching an actor which cannot be read has it read no more", async () => {
  const { rig, damaged, damage } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(10_000);
  rig.unwatch(damaged);
  await rig.clock.advance(60_000);
  const { loads } = damage;
  await rig.clock.advance(600_000);
  expect(damage.loads).toBe(loads);
});

test("an actor that clients ask for all the time is read ever more rarely", async () => {
  const { rig, damaged, damage } = await rigWithDamage();
  for (let second = 0; second < 300; second += 1) {
    expect(await rig.ask(damaged, ADD)).toEqual(OVERLOADED);
    await rig.clock.advance(1_000);
  }
  // After 1, 2, 4, 8 and 16 s, and every half minute from then on.
  expect(damage.loads).toBeLessThan(20);
  expect(damage.loads).toBeGreaterThan(10);
});

test("an actor that nobody has asked for in a while is read at once, and after a short pause again", async () => {
  const { rig, damaged, damage, mend } = await rigWithDamage();
  for (let second = 0; second < 60; second += 1) {
    await rig.ask(damaged, ADD);
    await rig.clock.advance(1_000);
  }
  await rig.clock.advance(120_000);
  const { loads } = damage;
  await rig.ask(damaged, ADD);
  expect(damage.loads).toBe(loads + 1);
  mend();
  await rig.clock.advance(1_100);
  expect(await rig.ask(damaged, ADD)).toEqual(done({ total: 2 }));
});

test.each([
  { from: "its own lane", laneCount: 1 },
  { from: "another one", laneCount: 2 },
])(
  "a message from $from to an actor that cannot be read, and those behind it, arrive once it can be",
  async ({ laneCount }) => {
    const { rig, damaged, sound, mend } = await rigWithDamage({
      laneCount,
      limits: { mailboxLengthMax: 20 },
    });
    const sender = rig.actorIn(1);
    rig.send(sender, { type: "AddTo", to: damaged, amount: 5 });
    for (let count = 0; count < 50; count += 1) {
      rig.send(sender, { type: "AddTo", to: sound, amount: 1 });
      await rig.clock.advance(100);
    }
    // Of the same shard, and not behind it.
    expect(await rig.ask(rig.actorIn(0, 3), ADD)).toEqual(done({ total: 2 }));
    expect(await rig.view(sound)).toEqual({ total: 1, adds: 1 });
    mend();
    await rig.clock.advance(60_000);
    expect(await rig.view(damaged)).toEqual({ total: 6, adds: 2 });
    expect(await rig.view(sound)).toEqual({ total: 51, adds: 51 });
    expect(rig.lane(laneCount - 1).statistics().outboxPending).toBe(0);
  },
);

test("a wake-up of an actor that cannot be read comes once it can be, and once", async () => {
  const { rig, damaged, mend, breakAgain } = await rigWithDamage();
  mend();
  await rig.ask(damaged, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 500 });
  await rig.lane().stop();
  breakAgain();
  await rig.restart();
  await rig.clock.advance(100_000);
  mend();
  await rig.clock.advance(100_000);
  const events = rig.journal.commits().flatMap(({ body }) => body.actors.flatMap((entry) => entry.events));
  expect(events.filter(({ type }) => type !== "Added").map(({ type }) => type)).toEqual(["AlarmSet", "Rang"]);
});

test("no more actors that cannot be read are remembered than work may wait", async () => {
  const { rig, actors } = await rigWithDamage({ limits: { mailboxLengthMax: 3 } }, 6);
  for (const actor of actors) expect(await rig.ask(actor, ADD)).toEqual(OVERLOADED);
  expect(rig.lane().statistics()).toMatchObject({ unreadableActors: 3, overloaded: 6 });
});

test("a shard that leaves and comes back has its unreadable actor read at once, and forgets that it waited", async () => {
  const { rig, damaged, mend } = await rigWithDamage();
  const { plannedCount } = rig.clock;
  await rig.ask(damaged, ADD);
  expect(rig.clock.plannedCount).toBe(plannedCount + 1);
  await Promise.all([rig.lane().letGo([0]), rig.clock.settle()]);
  expect(rig.clock.plannedCount).toBe(plannedCount);
  mend();
  await Promise.all([rig.lane().adopt([0]), rig.clock.settle()]);
  expect(await rig.ask(damaged, ADD)).toEqual(done({ total: 2 }));
});

test("a lane that recovers while an actor cannot be read shows it to whoever watches it", async () => {
  const { rig, damaged, other, mend } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(20_000);
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(0, 7), ADD);
  expect(rig.lane().statistics().recoveries).toBe(1);
  expect(await rig.ask(other, ADD)).toEqual(done({ total: 2 }));
  mend();
  await rig.clock.advance(2_000);
  expect(rig.client.views(0).map(({ view }) => view)).toEqual([{ total: 1, adds: 1 }]);
});

test("a lane that learns of its successor when it tries again ends", async () => {
  const { rig, damaged, damage } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(10_000);
  await rig.journal.claim(ALL_SHARDS, "successor");
  damage.error = new OwnershipLost("a successor has stored it");
  await rig.clock.advance(10_000);
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a lane that has ended tries nothing again", async () => {
  const { rig, actors, damage } = await rigWithDamage({}, 2);
  rig.watch(actors[0] as string);
  await rig.clock.advance(500);
  damage.error = new UnknownVersion("a snapshot", 9, tallyDecider());
  rig.watch(actors[1] as string);
  await rig.clock.settle();
  expect(rig.faults).toEqual([expect.any(UnknownVersion)]);
  const { loads } = damage;
  await rig.clock.advance(120_000);
  expect(damage.loads).toBe(loads);
});

test("a store that is away is not asked for every actor by itself", async () => {
  const { rig, actors, damage, mend } = await rigWithDamage({}, 6);
  for (const actor of actors) rig.watch(actor);
  await rig.clock.settle();
  expect(damage.loads).toBe(3);
  mend();
  rig.snapshots.loads = 0;
  await rig.clock.advance(2_000);
  expect(rig.client.views(0).length).toBe(6);
  expect(rig.snapshots.loads).toBe(2);
});

test("many that cannot be read keep none beside them for long", async () => {
  const { rig, actors } = await rigWithDamage({}, 5);
  for (const actor of actors) rig.watch(actor);
  await rig.clock.advance(10_000);
  expect(await rig.ask(actors[5] as string, ADD)).toEqual(done({ total: 2 }));
});

test("actors that cannot be read are counted, and so are the clients that are refused", async () => {
  const { rig, actors, mend } = await rigWithDamage({}, 2);
  for (const actor of actors) rig.send(actor, ADD);
  await rig.clock.settle();
  expect(rig.lane().statistics()).toMatchObject({ unreadableActors: 2, overloaded: 2 });
  mend();
  await rig.clock.advance(3_000);
  expect(rig.lane().statistics().unreadableActors).toBe(0);
});
