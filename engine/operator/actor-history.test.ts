import { expect, test } from "bun:test";
import { assert } from "../contract/assert.ts";
import { parseAddress } from "../contract/address.ts";
import type { Typed } from "../contract/decider.ts";
import { done } from "../contract/outcome.ts";
import { defaultLaneLimits } from "../lane/limits.ts";
import type { Segment } from "../ports/journal.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { tallyDecider } from "../testing/tally.ts";
import { ActorHistory, type HistoryEnd, type HistoryStep } from "./actor-history.ts";
import { Inbox } from "./inbox.ts";

const echo = {
  async call(request: Typed): Promise<Typed> {
    return { ...request, type: "CalledBack" };
  },
};

async function openRig(): Promise<LaneRig> {
  return new LaneRig({ laneCount: 2, ports: new Map([["echo", echo]]) }).open();
}

/** The history of an actor, with messages of all other shards, up to a segment. */
function historyOf(
  rig: LaneRig,
  actor: string,
  change: (segment: Segment) => Segment = (segment) => segment,
): { readonly steps: readonly HistoryStep[]; readonly end: HistoryEnd; readonly inbox: Inbox } {
  const address = parseAddress(actor);
  assert(address !== undefined, "actors of the rig have addresses");
  const shard = rig.shardOf(actor);
  const inbox = new Inbox(address);
  for (let other = 0; other < 8; other += 1)
    if (other !== shard) for (const segment of rig.journal.segments(other)) inbox.add(segment);
  const history = new ActorHistory({
    address,
    decider: tallyDecider(),
    shard,
    settledKeysMax: defaultLaneLimits.keysPerActorMax,
    snapshot: rig.snapshots.snapshot(shard, actor),
    inbox,
  });
  const steps = rig.journal.segments(shard).flatMap((segment) => history.take(change(segment)) ?? []);
  return { steps, end: history.end(), inbox };
}

test("a history has the actor's events and keys and nothing of its neighbours", async () => {
  const rig = await openRig();
  const [actor, neighbour] = [rig.actorIn(0), rig.actorIn(0, 1)];
  await rig.ask(actor, { type: "Add", amount: 2 }, { key: "first" });
  await rig.ask(neighbour, { type: "Add", amount: 70 });
  await rig.ask(actor, { type: "Add", amount: 3 }, { key: "second" });
  const { steps, end } = historyOf(rig, actor);
  expect(steps.map(({ seq, epoch }) => [seq, epoch])).toEqual([
    [2, 1],
    [4, 1],
  ]);
  const added: readonly unknown[] = steps.flatMap(({ events }) => events);
  expect(added).toEqual([
    { type: "Added", amount: 2 },
    { type: "Added", amount: 3 },
  ]);
  expect(steps.flatMap(({ keys }) => keys.map(({ key, outcome }) => [key, outcome?.type]))).toEqual([
    ["first", "done"],
    ["second", "done"],
  ]);
  expect(end).toMatchObject({ view: { total: 5, adds: 2 }, ticket: 2, broken: undefined });
  expect(end.snapshot).toEqual({ type: "none" });
});

test("messages between shards are shown where they left and where they took effect", async () => {
  const rig = await openRig();
  const [asker, asked] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(asker, { type: "AddTo", to: asked, amount: 5 });
  const sent = historyOf(rig, asker);
  expect(sent.steps[0]?.sent).toMatchObject([
    { toShard: 1, number: 1, command: { type: "Ask", from: asker } },
  ]);
  expect(sent.steps[1]?.received).toMatchObject([{ fromShard: 1, number: 1, command: { type: "Answered" } }]);
  expect(sent.steps[1]?.keys[0]?.outcome).toEqual(done({ total: 5 }));
  const { steps, inbox } = historyOf(rig, asked);
  expect(steps).toHaveLength(1);
  expect(steps[0]?.received).toMatchObject([
    { fromShard: 0, fromSeq: 2, number: 1, command: { type: "Ask" } },
  ]);
  expect(inbox.onTheirWay).toEqual([]);
});

test("a message that has not arrived is on its way", async () => {
  const rig = await openRig();
  rig.copies = () => 0;
  rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 5 });
  await rig.clock.settle();
  const { steps, inbox } = historyOf(rig, rig.actorIn(1));
  expect(steps).toEqual([]);
  expect(inbox.onTheirWay).toMatchObject([{ fromShard: 0, fromSeq: 2, number: 1 }]);
});

test("calls are shown with their answers, those of others are not", async () => {
  const rig = await openRig();
  const [actor, neighbour] = [rig.actorIn(0), rig.actorIn(0, 1)];
  await rig.ask(neighbour, { type: "CallOut", text: "theirs" });
  await rig.ask(actor, { type: "CallOut", text: "ours" });
  const { steps } = historyOf(rig, actor);
  expect(steps.map(({ called, answered }) => [called.map(({ number }) => number), answered])).toEqual([
    [[2], []],
    [[], [2]],
  ]);
});

test("a snapshot is compared with the history up to its segment", async () => {
  const rig = await openRig();
  const [actor, shard] = [rig.actorIn(0), 0];
  await rig.ask(actor, { type: "Add", amount: 1 }, { key: "one" });
  await rig.clock.advance(defaultLaneLimits.checkpointAgeMs + 1_000);
  await rig.ask(actor, { type: "Add", amount: 2 });
  const { end } = historyOf(rig, actor);
  expect(end.snapshot).toEqual({ type: "agrees", seq: 2 });
  expect(end.view).toEqual({ total: 3, adds: 2 });

  const snapshotAfter = (parts: object) => {
    rig.snapshots.change(shard, actor, (stored) => {
      return { ...stored, snapshot: { ...stored.snapshot, ...parts } };
    });
    return historyOf(rig, actor).end.snapshot;
  };
  expect(snapshotAfter({ ticket: 7, keys: [] })).toEqual({
    type: "differs",
    seq: 2,
    parts: ["ticket", "keys"],
  });
  expect(snapshotAfter({ version: 2 })).toEqual({ type: "newer version", seq: 2, version: 2 });
  rig.snapshots.change(shard, actor, (stored) => ({ ...stored, seq: 4 }));
  expect(historyOf(rig, actor).end.snapshot).toEqual({ type: "ahead", seq: 4 });
});

test("a history that cannot be folded is shown to its end all the same", async () => {
  const rig = await openRig();
  const actor = rig.actorIn(0);
  for (const amount of [1, 2, 3]) await rig.ask(actor, { type: "Add", amount });
  const { steps, end } = historyOf(rig, actor, (segment) => {
    if (segment.seq !== 3) return segment;
    const actors = segment.body.actors.map((entry) => ({ ...entry, events: [{ type: "Exploded" }] }));
    return { ...segment, body: { ...segment.body, actors } };
  });
  expect(steps.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  expect(end).toMatchObject({ state: undefined, view: null, broken: { seq: 3, reason: "evolve explodes" } });
});
