import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import type { Segment } from "../ports/journal.ts";
import { begin, eventTypes, move, moved, twoLanes } from "../testing/shard-moves.ts";
import { MOVED } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;

test("what comes for a shard on its way is kept until it serves, in order, and the lane's others go on", async () => {
  const rig = await twoLanes({ limits: { mailboxLengthMax: 3 } });
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await begin(rig, rig.lane(0).letGo([0]));
  rig.route([0], 1);
  rig.snapshots.hold();
  const adopted = await begin(rig, rig.lane(1).adopt([0]));
  const kept = [rig.send(actor, ADD), rig.send(actor, ADD)];
  rig.watch(actor);
  const tooMany = rig.send(actor, ADD);
  expect(await rig.ask(rig.actorIn(1), ADD)).toEqual(done({ total: 1 }));
  expect(rig.answer(tooMany)).toMatchObject({ type: "overloaded" });
  expect([adopted(), ...kept.map((correlation) => rig.answer(correlation))]).toEqual([
    false,
    undefined,
    undefined,
  ]);
  rig.snapshots.release();
  await rig.clock.settle();
  expect(kept.map((correlation) => rig.answer(correlation))).toEqual([
    done({ total: 2 }),
    done({ total: 3 }),
  ]);
  expect(rig.client.views(0).at(-1)?.view).toEqual({ total: 3, adds: 3 });
});

test("a shard that was prepared is read on from there when it is taken over", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  for (let count = 0; count < 9; count += 1) await rig.ask(actor, ADD);
  await begin(rig, rig.lane(1).prepare([0]));
  expect(rig.journal.segments(0).at(-1)?.epoch).toBe(1);
  for (let count = 0; count < 2; count += 1) await rig.ask(actor, ADD);
  const read: number[] = [];
  const { journal } = rig;
  const reading = journal.read.bind(journal);
  journal.read = (shard, afterSeq) => {
    read.push(afterSeq);
    return reading(shard, afterSeq);
  };
  // Prepared again, it reads on; the rest comes with the claim.
  await begin(rig, rig.lane(1).prepare([0]));
  await rig.ask(actor, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 1_000 });
  await move(rig, [0], 0, 1);
  expect(read).toEqual([10]);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 12 }));
  await rig.clock.advance(2_000);
  expect(eventTypes(rig, 0).at(-1)).toBe("Rang");
});

test("what has come since a shard was prepared comes with its claim, and nothing is read after that", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await begin(rig, rig.lane(1).prepare([0]));
  await rig.ask(actor, ADD);
  const steps: string[] = [];
  const { journal } = rig;
  const [reading, claiming] = [journal.read.bind(journal), journal.claim.bind(journal)];
  journal.read = (shard, afterSeq) => {
    steps.push("read");
    return reading(shard, afterSeq);
  };
  journal.claim = async (...claim) => {
    // As long as a database takes to make a claim durable.
    await new Promise<void>((resolve) => rig.clock.after(10, resolve));
    const claims = await claiming(...claim);
    steps.push("claimed");
    return claims;
  };
  await begin(rig, rig.lane(0).letGo([0]));
  rig.route([0], 1);
  const adopted = await begin(rig, rig.lane(1).adopt([0]));
  await rig.clock.advance(10);
  expect([adopted(), steps]).toEqual([true, ["claimed"]]);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 3 }));
});

test("a shard that its owner checkpoints after it was prepared is the same as one that was not prepared", async () => {
  const limits = { checkpointEventsMax: 4, activatedActorsMax: 0 };
  const rig = await twoLanes({ limits });
  const names = [0, 1, 2, 3].map((nth) => rig.actorIn(0, nth));
  for (const name of names) await rig.ask(name, ADD);
  await begin(rig, rig.lane(1).prepare([0]));
  for (const name of [...names, rig.actorIn(0, 4)]) await rig.ask(name, ADD);
  await rig.clock.advance(1_000);
  expect(rig.snapshots.checkpoint(0)?.seq).toBeGreaterThan(8);
  await move(rig, [0], 0, 1);
  for (const name of names) expect(await rig.view(name)).toEqual({ total: 2, adds: 2 });
  expect(await rig.view(rig.actorIn(0, 4))).toEqual({ total: 1, adds: 1 });
  // All of it is known to the store afterwards.
  await rig.clock.advance(60_000);
  await rig.restart(1);
  expect(rig.lane(1).statistics().activatedActors).toBe(0);
  for (const name of names) expect(await rig.view(name)).toEqual({ total: 2, adds: 2 });
});

test("a shard that was prepared and is not taken over in time is forgotten, and what came for it sent back", async () => {
  const rig = await twoLanes({ limits: { preparedForMs: 1_000 } });
  await begin(rig, rig.lane(1).prepare([0]));
  rig.route([0], 1);
  const early = rig.send(rig.actorIn(0), ADD);
  await rig.clock.advance(900);
  expect(moved(rig)).toEqual([]);
  await rig.clock.advance(600);
  expect(moved(rig)).toEqual([[MOVED, early, 0]]);
  expect(await rig.ask(rig.actorIn(0), ADD)).toBeUndefined();
  expect(moved(rig)).toHaveLength(2);
});

test("a shard that cannot be read is not adopted, says so, and can be asked for again", async () => {
  const rig = await twoLanes();
  await rig.ask(rig.actorIn(0), ADD);
  await begin(rig, rig.lane(0).letGo([0]));
  rig.route([0], 1);
  rig.snapshots.loadFault = new Error("the store is away");
  const failed = rig.lane(1).adopt([0]);
  const kept = rig.send(rig.actorIn(0), ADD);
  await rig.clock.settle();
  expect(await failed).toEqual({ served: [], unread: [{ shard: 0, why: "the store is away" }] });
  expect(moved(rig)).toEqual([[MOVED, kept, 0]]);
  expect(await rig.ask(rig.actorIn(1), ADD)).toEqual(done({ total: 1 }));
  rig.snapshots.loadFault = undefined;
  await begin(rig, rig.lane(1).adopt([0]));
  expect(await rig.ask(rig.actorIn(0), ADD)).toEqual(done({ total: 2 }));
});

test("an order to let go of a shard on its way stops it; the last word counts", async () => {
  const rig = await twoLanes();
  await begin(rig, rig.lane(0).letGo([0, 2]));
  rig.route([0, 2], 1);
  rig.snapshots.hold();
  const lane = rig.lane(1);
  const adopted = lane.adopt([0, 2]);
  await rig.clock.settle();
  const kept = rig.send(rig.actorIn(0), ADD);
  const gone = await begin(rig, lane.letGo([0]));
  expect(moved(rig)).toEqual([[MOVED, kept, 0]]);
  // The journal may still be asked to give it to this lane.
  expect(gone()).toBe(false);
  rig.snapshots.release();
  await rig.clock.settle();
  expect([gone(), await adopted]).toEqual([true, { served: [2], unread: [] }]);
  expect(lane.shards).toEqual([1, 2, 3, 5, 7]);

  rig.snapshots.hold();
  for (const change of ["adopt", "letGo", "adopt", "letGo", "adopt"] as const) void lane[change]([0]);
  await rig.clock.settle();
  rig.snapshots.release();
  await rig.clock.settle();
  expect(lane.shards).toEqual([0, 1, 2, 3, 5, 7]);
  rig.snapshots.hold();
  for (const change of ["letGo", "adopt", "letGo"] as const) void lane[change]([0]);
  await rig.clock.settle();
  rig.snapshots.release();
  await rig.clock.settle();
  expect(lane.shards).toEqual([1, 2, 3, 5, 7]);
  rig.snapshots.hold();
  for (const change of ["adopt", "letGo", "adopt"] as const) await begin(rig, lane[change]([0]));
  rig.snapshots.release();
  await rig.clock.settle();
  expect(lane.shards).toEqual([0, 1, 2, 3, 5, 7]);
  expect(rig.faults).toEqual([]);
});

test("a shard that is adopted while its lane recovers serves when the lane does", async () => {
  const rig = await twoLanes();
  await rig.ask(rig.actorIn(0), ADD);
  await begin(rig, rig.lane(0).letGo([0]));
  rig.route([0], 1);
  const reclaim = rig.journal.reclaim.bind(rig.journal);
  rig.journal.reclaim = () => Promise.reject(new Error("the database is away"));
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(1), ADD);
  expect(rig.lane(1).state).toBe("recovering");
  const adopted = await begin(rig, rig.lane(1).adopt([0]));
  const kept = rig.send(rig.actorIn(0), ADD);
  await rig.clock.settle();
  expect([adopted(), rig.answer(kept)]).toEqual([false, undefined]);
  rig.journal.reclaim = reclaim;
  await rig.clock.advance(1_000);
  expect([adopted(), rig.answer(kept)]).toEqual([true, done({ total: 2 })]);
});

test("a shard whose last owner's clock was ahead is not decided about in a batch that is older", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  await rig.clock.advance(10_000);
  await rig.ask(actor, ADD);
  await begin(rig, rig.lane(0).letGo([0]));
  rig.route([0], 1);
  rig.clock.setBack(10_000);
  await rig.restart(1, [1, 3, 5, 7]);
  rig.journal.hold();
  rig.send(rig.actorIn(1), ADD);
  await rig.clock.settle();
  rig.send(rig.actorIn(1), ADD);
  await rig.clock.settle();
  const adopted = await begin(rig, rig.lane(1).adopt([0]));
  rig.send(actor, ADD);
  await rig.clock.settle();
  expect(adopted()).toBe(false);
  rig.journal.release();
  await rig.clock.settle();
  expect(adopted()).toBe(true);
  await rig.restart(1);
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 2 });
});

test("a lane that stops does not wait for shards on their way, and sends back what came for them", async () => {
  const rig = await twoLanes();
  await begin(rig, rig.lane(0).letGo([0]));
  rig.route([0], 1);
  rig.snapshots.hold();
  const adopted = rig.lane(1).adopt([0]);
  await rig.clock.settle();
  const kept = rig.send(rig.actorIn(0), ADD);
  const stopped = await begin(rig, rig.lane(1).stop());
  rig.snapshots.release();
  await rig.clock.settle();
  expect([stopped(), (await adopted).served, rig.lane(1).state]).toEqual([true, [], "stopped"]);
  expect(moved(rig)).toEqual([[MOVED, kept, 0]]);
  const gone = await begin(rig, rig.lane(1).letGo([1, 3]));
  expect(gone()).toBe(true);
  expect((await rig.lane(1).adopt([0])).served).toEqual([]);
});

test("a lane that stops reads nothing ahead any more, and sends back what came for it", async () => {
  const rig = await twoLanes();
  rig.journal.read = async function* hanging(): AsyncGenerator<readonly Segment[]> {
    yield await new Promise(() => undefined);
  };
  const prepared = await begin(rig, rig.lane(1).prepare([0]));
  rig.route([0], 1);
  const kept = rig.send(rig.actorIn(0), ADD);
  expect([prepared(), moved(rig)]).toEqual([false, []]);
  const stopped = await begin(rig, rig.lane(1).stop());
  expect([stopped(), prepared(), moved(rig)]).toEqual([true, true, [[MOVED, kept, 0]]]);
  await expect(rig.lane(1).prepare([2])).rejects.toThrow("lane 1 stops, and reads nothing ahead any more");
});

test("a lane that recovers while a watched shard is on its way goes on, and shows it once it is here", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  await begin(rig, rig.lane(1).prepare([0]));
  rig.route([0], 1);
  rig.watch(actor);
  rig.journal.failNext("refused", false);
  rig.send(rig.actorIn(1), ADD);
  await rig.clock.advance(1_000);
  expect(rig.lane(1).statistics()).toMatchObject({ state: "serving", recoveries: 1 });
  await begin(rig, rig.lane(0).letGo([0]));
  await begin(rig, rig.lane(1).adopt([0]));
  expect(rig.client.views(0).at(-1)?.view).toEqual({ total: 1, adds: 1 });
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
});

test("shards that were prepared are only read on, also when they are taken over: the store is asked nothing", async () => {
  const rig = await twoLanes();
  await begin(rig, rig.lane(1).prepare([0]));
  let asked = 0;
  rig.snapshots.checkpoints = async () => {
    asked += 1;
    return [];
  };
  await begin(rig, rig.lane(1).prepare([0]));
  await move(rig, [0], 0, 1);
  expect([rig.lane(1).shards.includes(0), asked]).toEqual([true, 0]);
});
