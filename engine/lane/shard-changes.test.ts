import { expect, test } from "bun:test";
import { parseAddress, type Address } from "../contract/address.ts";
import type { Data } from "../contract/data.ts";
import type { Typed } from "../contract/decider.ts";
import { done } from "../contract/outcome.ts";
import type { CallIdentity } from "../ports/external.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../routing/link-dispatcher.ts";
import { evenPlacement } from "../testing/even-placement.ts";
import { MOVED } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { begin, eventTypes, move, moved, twoLanes } from "../testing/shard-moves.ts";

const ADD = { type: "Add", amount: 1 } as const;

test("a lane begins without shards, and has those that it was told to adopt and not to let go", async () => {
  const rig = await new LaneRig().open();
  await rig.restart(0, []);
  const lane = rig.lane();
  expect([lane.state, lane.shards]).toEqual(["serving", []]);
  await begin(rig, lane.adopt([5, 2]));
  expect(lane.shards).toEqual([2, 5]);
  await begin(rig, lane.letGo([2, 7]));
  expect(lane.shards).toEqual([5]);
  const adopted = lane.adopt([2, 5]);
  await rig.clock.settle();
  expect((await adopted).served).toEqual([2, 5]);
});

test("a shard that moves takes its actors along, and the rest of both lanes serves on", async () => {
  const rig = await twoLanes();
  const [leaving, staying, there] = [rig.actorIn(0), rig.actorIn(2), rig.actorIn(1)];
  for (const actor of [leaving, staying, there]) await rig.ask(actor, ADD, { key: "first" });
  await move(rig, [0], 0, 1);
  expect(await rig.ask(leaving, ADD, { key: "first" })).toEqual(done({ total: 1 }));
  for (const actor of [leaving, staying, there])
    expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
  expect([0, 1].map((lane) => rig.lane(lane).statistics().recoveries)).toEqual([0, 0]);
  expect(rig.journal.segments(2).filter(({ body }) => body.takeover !== undefined)).toHaveLength(1);
});

test("the timers of a shard that moves fire once", async () => {
  const rig = await twoLanes();
  const dueAtMs = rig.clock.nowMs() + 1_000;
  for (const nth of [0, 1]) await rig.ask(rig.actorIn(0, nth), { type: "SetAlarm", dueAtMs });
  await move(rig, [0], 0, 1);
  await rig.clock.advance(10_000);
  expect(eventTypes(rig, 0)).toEqual(["AlarmSet", "AlarmSet", "Rang", "Rang"]);
  expect(rig.journal.segments(0).at(-1)?.epoch).toBe(2);
});

test("a call that was not answered is made again under the same identity, and its answer takes effect once", async () => {
  const identities: CallIdentity[] = [];
  const answers: ((answer: Typed) => void)[] = [];
  const call = (request: Typed, identity: CallIdentity): Promise<Typed> => {
    identities.push(identity);
    return new Promise((resolve) => answers.push(() => resolve({ ...request, type: "CalledBack" })));
  };
  const rig = await twoLanes({ ports: new Map([["echo", { call }]]) });
  const actor = rig.actorIn(0);
  const command = { type: "CallOut", text: "hello" } as const;
  const open = rig.send(actor, command, { key: "k" });
  await rig.clock.settle();
  await move(rig, [0], 0, 1);
  // Whoever waits is sent to the next owner: the command may be carried out yet.
  expect(moved(rig)).toEqual([[MOVED, open, 0, true]]);
  expect(identities).toHaveLength(2);
  expect(identities[1]).toEqual(identities[0] as CallIdentity);
  const again = rig.send(actor, command, { key: "k" });
  // The earlier owner hears of it, too: it concerns it no more.
  for (const answer of answers) answer({ type: "CalledBack" });
  await rig.clock.advance(5_000);
  expect(rig.answer(again)).toEqual(done("hello"));
  expect(eventTypes(rig, 0)).toEqual(["Noted"]);
  expect([0, 1].map((lane) => rig.lane(lane).statistics())).toMatchObject([
    { callsPending: 0, recoveries: 0 },
    { callsPending: 0, recoveries: 0 },
  ]);
});

test("messages between a shard that moves to and fro and one that stays arrive once, in both directions", async () => {
  const rig = await twoLanes();
  const [mover, stayer] = [rig.actorIn(0), rig.actorIn(1)];
  const rounds = 24;
  let lane = 0;
  for (let round = 0; round < rounds; round += 1) {
    rig.send(rig.actorIn(0, 1), { type: "AddTo", to: stayer, amount: 1 });
    rig.send(rig.actorIn(1, 1), { type: "AddTo", to: mover, amount: 1 });
    if (round % 3 !== 0) await rig.clock.settle();
    if (round % 2 === 0) continue;
    await move(rig, [0], lane, 1 - lane);
    lane = 1 - lane;
  }
  await rig.clock.advance(60_000);
  const sent = rounds - moved(rig).length;
  const totals = [await rig.view(mover), await rig.view(stayer)] as { total: number; adds: number }[];
  expect(totals.reduce((sum, { total }) => sum + total, 0)).toBe(sent + rounds);
  for (const { total, adds } of totals) expect(total).toBe(adds);
  expect([0, 1].map((index) => rig.lane(index).statistics().outboxPending)).toEqual([0, 0]);
  expect(rig.faults).toEqual([]);
});

test("watchers of a shard that has left see no more of it here; they see it at its next owner once they ask there", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  rig.watch(actor);
  await rig.ask(actor, ADD);
  await move(rig, [0], 0, 1);
  rig.client.items.length = 0;
  await rig.ask(actor, ADD);
  expect(rig.client.views(0)).toEqual([]);
  rig.watch(actor);
  await rig.clock.settle();
  await rig.ask(actor, ADD);
  expect(rig.client.views(0).map(({ epoch, view }) => [epoch, view])).toEqual([
    [2, { total: 2, adds: 2 }],
    [2, { total: 3, adds: 3 }],
  ]);
});

test("a gateway that never hears of a shard's leave and return goes on seeing what it watches", async () => {
  const rig = await twoLanes();
  const actor = rig.actorIn(0);
  const shards = evenPlacement(8, 2).shards;
  const lanes = [0, 1].map((lane): Link => ({ send: (item) => rig.lane(lane).receive(back, [item]) }));
  const gateway = new LinkDispatcher(
    { version: 1, shards },
    ({ lane }) => lanes[lane] as Link,
    rig.clock,
    defaultDispatcherLimits,
  );
  const back: Link = { send: (item) => gateway.receive([item]) };
  const seen: Data[] = [];
  gateway.watch(parseAddress(actor) as Address, ({ view }) => seen.push(view));
  await rig.ask(actor, ADD);
  await move(rig, [0], 0, 1);
  await rig.ask(actor, ADD);
  await move(rig, [0], 1, 0);
  await rig.clock.advance(1_000);
  await rig.ask(actor, ADD);
  expect(seen.at(-1)).toEqual({ total: 3, adds: 3 });
  gateway.stop();
});

test("a call that fails after its shard has left is not made again where it failed", async () => {
  const callers: string[] = [];
  const fails: ((error: Error) => void)[] = [];
  const port = {
    call: (_request: Typed, { caller }: CallIdentity) => {
      callers.push(caller);
      return new Promise<Typed>((_, reject) => fails.push(reject));
    },
  };
  const rig = await twoLanes({ ports: new Map([["echo", port]]) });
  rig.send(rig.actorIn(0), { type: "CallOut", text: "hello" });
  await rig.clock.settle();
  await begin(rig, rig.lane(0).letGo([0]));
  for (const fail of fails) fail(new Error("the provider is away"));
  await rig.clock.advance(60_000);
  expect(callers).toHaveLength(1);
  expect(rig.lane(0).statistics().callsPending).toBe(0);
});

test("an answer that nobody waited for takes effect once, at the next owner", async () => {
  const port = { call: async (request: Typed) => ({ ...request, type: "Filed" }) as Typed };
  const rig = await twoLanes({ ports: new Map([["echo", port]]) });
  await rig.ask(rig.actorIn(0), { type: "CallAside", text: "filed" });
  await move(rig, [0], 0, 1);
  await rig.clock.advance(5_000);
  expect(eventTypes(rig, 0)).toEqual(["Noted", "Noted"]);
  expect([0, 1].map((lane) => rig.lane(lane).statistics().recoveries)).toEqual([0, 0]);
});

test("a lane that recovers has forgotten who watched a shard that has left", async () => {
  const rig = await twoLanes();
  rig.watch(rig.actorIn(0));
  await rig.clock.settle();
  await move(rig, [0], 0, 1);
  rig.client.items.length = 0;
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(2), ADD);
  await rig.clock.advance(5_000);
  expect([moved(rig), rig.lane(0).statistics().recoveries]).toEqual([[], 1]);
});
