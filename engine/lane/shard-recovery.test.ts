import { expect, test } from "bun:test";
import type { LaneLimits } from "./limits.ts";
import { OwnershipLost } from "../ports/journal.ts";
import type { Checkpoint } from "../ports/snapshots.ts";
import { LaneRig } from "../testing/lane-rig.ts";

/** Lets a lane live through a varied history and come to rest, everything checkpointed. */
async function live(limits: Partial<LaneLimits>): Promise<LaneRig> {
  const rig = await new LaneRig({ limits: { keysPerActorMax: 3, ...limits } }).open();
  for (let round = 0; round < 40; round += 1) {
    const actor = rig.actorIn(round % 3, round % 4);
    const other = rig.actorIn((round + 1) % 3);
    rig.send(actor, { type: "Add", amount: round });
    rig.send(actor, { type: "AddTo", to: other, amount: 1, limit: 20 });
    if (round % 5 === 0) rig.send(actor, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 700 });
    if (round % 9 === 8) rig.journal.failNext("unknown", round % 2 === 0);
    await rig.clock.advance(100);
    if (round % 13 === 12) await rig.restart();
  }
  await rig.clock.advance(60_000);
  await rig.lane().stop();
  return rig;
}

/** All snapshots of a rig as bytes, by name. */
function snapshots(rig: LaneRig): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let shard = 0; shard < 3; shard += 1) {
    for (let nth = 0; nth < 4; nth += 1) {
      const name = rig.actorIn(shard, nth);
      const stored = rig.snapshots.snapshot(shard, name);
      if (stored !== undefined) found.set(name, JSON.stringify(stored.snapshot));
    }
  }
  return found;
}

/** Something happens between the journal being read and the actors being loaded. */
function beforeNextLoad(rig: LaneRig, happens: () => Promise<void>): void {
  const { snapshots: store } = rig;
  const load = store.load.bind(store);
  store.load = async (...parameters) => {
    store.load = load;
    await happens();
    return load(...parameters);
  };
}

/** Another owner takes the shard over, changes the actor, and stores it. */
async function storeAsSuccessor({ journal, snapshots: store }: LaneRig, shard: number, actor: string) {
  const [claim] = await journal.claim([shard], "successor");
  store.change(shard, actor, (stored) => ({
    ...stored,
    seq: (claim?.seq ?? 0) + 1,
    snapshot: { ...stored.snapshot, state: { ...(stored.snapshot.state as object), total: 90 } },
  }));
}

test("folding a snapshot and the tail gives the same bytes as folding everything", async () => {
  const rig = await live({ checkpointEventsMax: 7, activatedActorsMax: 4 });
  expect(rig.snapshots.saves).toBeGreaterThan(10);
  const before = snapshots(rig);
  expect(before.size).toBeGreaterThan(8);
  rig.snapshots.clear([0, 1, 2, 3, 4, 5, 6, 7]);
  await rig.restart();
  await rig.lane().stop();
  expect(snapshots(rig)).toEqual(before);
});

test("a known actor whose snapshot is lost is rebuilt from the journal when it is wanted", async () => {
  const rig = await live({ checkpointEventsMax: 7 });
  const actor = rig.actorIn(0);
  const before = snapshots(rig).get(actor);
  rig.snapshots.lose(0, actor);
  await rig.restart();
  expect(rig.lane().statistics().activatedActors).toBe(0);
  await rig.read(actor);
  await rig.ask(actor, { type: "Add", amount: 0 });
  await rig.lane().stop();
  const [was, is] = [before, snapshots(rig).get(actor)].map((text) => JSON.parse(text ?? "{}"));
  expect(is.state).toEqual({ ...was.state, adds: was.state.adds + 1 });
  expect(is.ticket).toBe(was.ticket + 1);
});

test("a known actor of the tail whose snapshot is lost is rebuilt from the journal at the start", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 4 } }).open();
  const actor = rig.actorIn(0);
  for (let count = 0; count < 5; count += 1) await rig.ask(actor, { type: "Add", amount: 1 });
  expect(rig.snapshots.snapshot(0, actor)).toMatchObject({ seq: 5, snapshot: { state: { total: 4 } } });
  rig.snapshots.lose(0, actor);
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: 5, adds: 5 });
});

test("a snapshot of another version is not read: the journal has the same", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 2 } }).open();
  const actor = rig.actorIn(0);
  for (let count = 0; count < 4; count += 1) await rig.ask(actor, { type: "Add", amount: 1 });
  rig.snapshots.change(0, actor, (stored) => ({
    ...stored,
    snapshot: { ...stored.snapshot, version: 99, state: "of another shape" },
  }));
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: 4, adds: 4 });
});

test("a checkpoint that is being stored while its shard recovers is not applied twice", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 4 } }).open();
  const actor = rig.actorIn(0);
  for (let count = 0; count < 2; count += 1) await rig.ask(actor, { type: "Add", amount: 1 });
  expect(rig.snapshots.saves).toBe(1);
  // The next checkpoint is under way to the store when the lane loses a reply and recovers: it reads the old checkpoint,
  // and by the time that it loads the actors the new one is there.
  rig.snapshots.hold();
  for (let count = 0; count < 2; count += 1) await rig.ask(actor, { type: "Add", amount: 1 });
  rig.journal.failNext("unknown", true);
  await rig.ask(actor, { type: "Add", amount: 1 });
  rig.snapshots.release();
  await rig.clock.settle();
  expect(rig.snapshots.saves).toBe(2);
  expect(await rig.view(actor)).toEqual({ total: 5, adds: 5 });
});

test("a lane that starts again takes its shards over with a raised epoch", async () => {
  const rig = await new LaneRig().open();
  await rig.restart();
  const takeovers = rig.journal.segments(5).map(({ epoch, body }) => [epoch, body.takeover?.owner]);
  expect(takeovers).toEqual([
    [1, "rig"],
    [2, "rig"],
  ]);
});

test("a clock that is set back while a lane takes its shards over leaves shards that can be read", async () => {
  const rig = new LaneRig();
  const claim = rig.journal.claim.bind(rig.journal);
  rig.journal.claim = async (...parameters) => {
    const claims = await claim(...parameters);
    rig.clock.setBack(60_000);
    return claims;
  };
  await rig.open();
  const actor = rig.actorIn(1);
  await rig.ask(actor, { type: "Add", amount: 2 });
  await rig.restart();
  await rig.ask(actor, { type: "Add", amount: 3 });
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: 5, adds: 2 });
});

test("a shard that another owner takes over while it is read is lost, and no invariant is broken", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(1);
  await rig.ask(actor, { type: "Add", amount: 2 });
  const { journal } = rig;
  const read = journal.read.bind(journal);
  journal.read = async function* taken(shard, afterSeq) {
    await journal.claim([shard], "successor");
    yield* read(shard, afterSeq);
  };
  journal.failNext("unknown", false);
  await rig.ask(actor, { type: "Add", amount: 3 });
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a shard is lost when what another owner has stored of an actor comes back while it is read", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 4 } }).open();
  const actor = rig.actorIn(1);
  for (let count = 0; count < 3; count += 1) await rig.ask(actor, { type: "Add", amount: 1 });
  expect(rig.snapshots.snapshot(1, actor)).toMatchObject({ seq: 3, snapshot: { state: { total: 2 } } });
  beforeNextLoad(rig, () => storeAsSuccessor(rig, 1, actor));
  rig.journal.failNext("unknown", false);
  await rig.ask(actor, { type: "Add", amount: 1 });
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a lane that serves shows nothing that another owner has stored meanwhile", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(1);
  await rig.ask(actor, { type: "Add", amount: 1 });
  await rig.lane().stop();
  await rig.restart();
  expect(rig.lane().statistics().activatedActors).toBe(0);
  beforeNextLoad(rig, () => storeAsSuccessor(rig, 1, actor));
  expect(await rig.view(actor)).toBeUndefined();
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a timer that is stored while a recovery reads the store is not lost", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 0, checkpointEventsMax: 1 } }).open();
  const actor = rig.actorIn(0);
  const { snapshots: store } = rig;
  store.hold();
  await rig.ask(actor, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 60_000 });
  // The old lane's checkpoint arrives between the first question of the new one and the answer to it.
  const checkpoints = store.checkpoints.bind(store);
  store.checkpoints = async (shards) => {
    store.release();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    return checkpoints(shards);
  };
  await rig.restart();
  expect(store.checkpoint(0)?.seq).toBe(2);
  await rig.clock.advance(61_000);
  const events = rig.journal.commits().flatMap(({ body }) => body.actors.flatMap((entry) => entry.events));
  expect(events.map(({ type }) => type)).toEqual(["AlarmSet", "Rang"]);
});

test("recoveries without end do not lengthen what the next one reads", async () => {
  const rig = await new LaneRig().open();
  for (let count = 0; count < 40; count += 1) await rig.restart();
  await rig.clock.advance(60_000);
  for (let shard = 0; shard < 8; shard += 1)
    expect(rig.journal.segments(shard).length - (rig.snapshots.checkpoint(shard)?.seq ?? 0)).toBeLessThan(18);
});

test("a checkpoint that knows more than the journal counts for nothing, nor do the snapshots that came with it", async () => {
  const limits = { activatedActorsMax: 0, checkpointEventsMax: 1 };
  const rig = await new LaneRig({ limits }).open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, { type: "Add", amount: 2 });
  await rig.lane().stop();
  const store = rig.snapshots;
  const [checkpoint, stored] = [store.checkpoint(0), store.snapshot(0, actor)];
  if (checkpoint === undefined || stored === undefined) throw new Error("the lane has stored both");
  const state = { ...(stored.snapshot.state as object), total: 90 };
  const ahead = { ...stored, seq: 99, snapshot: { ...stored.snapshot, state } };
  await store.save({ ...checkpoint, seq: 99 }, [ahead]);
  await rig.restart();
  expect(rig.log.errors).toEqual([expect.stringContaining("were discarded")]);
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 1 });
  await rig.ask(actor, { type: "Add", amount: 3 });
  await rig.clock.advance(60_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  expect(await rig.view(actor)).toEqual({ total: 5, adds: 2 });
  expect(store.checkpoint(0)?.seq).toBeLessThan(99);
});

test("what a successor has stored while an owner stood still before it read is not discarded by that owner", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 60_000 });
  await rig.lane().stop();
  const { journal, snapshots: store } = rig;
  const checkpoints = store.checkpoints.bind(store);
  store.checkpoints = async (shards) => {
    const [claim] = await journal.claim([0], "successor");
    const [checkpoint] = await checkpoints([0]);
    await store.save({ ...(checkpoint as Checkpoint), seq: claim?.seq ?? 0 }, []);
    return checkpoints(shards);
  };
  await expect(rig.restart()).rejects.toThrow(OwnershipLost);
  expect(store.checkpoint(0)?.seq).toBe(journal.segments(0).length);
  expect(store.snapshot(0, actor)).toBeDefined();
});

test("snapshots that somebody else has replaced by the time they are to be discarded are not said to be", async () => {
  const rig = await new LaneRig({ limits: { checkpointEventsMax: 1 } }).open();
  await rig.ask(rig.actorIn(0), { type: "Add", amount: 2 });
  await rig.lane().stop();
  const { snapshots: store } = rig;
  const checkpoint = store.checkpoint(0) as Checkpoint;
  await store.save({ ...checkpoint, seq: 99 }, []);
  const discard = store.discard.bind(store);
  store.discard = async (shard, seq) => {
    await store.save({ ...checkpoint, seq: 100 }, []);
    return discard(shard, seq);
  };
  await rig.restart();
  expect(store.checkpoint(0)?.seq).toBe(100);
  expect(rig.log.errors).toEqual([]);
});
