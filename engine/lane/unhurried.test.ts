import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import type { ExternalPort } from "../ports/external.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { Batch } from "./batch.ts";
import { Shard } from "./shard.ts";
import { Targets } from "./targets.ts";
import { Unhurried } from "./unhurried.ts";

const filing: ExternalPort = { call: (request) => Promise.resolve({ ...request, type: "Filed" }) };

async function rigWithFiling(): Promise<LaneRig> {
  return new LaneRig({ ports: new Map([["echo", filing]]) }).open();
}

/** The notes of each segment so far, shard by shard, as the journal has them. */
function notes(rig: LaneRig): readonly (readonly string[])[] {
  return rig.journal
    .commits()
    .map(({ body }) => body.actors.flatMap(({ events }) => events.map((event) => JSON.stringify(event))))
    .map((events) => events.map((text) => /"text":"(\w+)"/.exec(text)?.[1] ?? "other"));
}

test("an answer that nobody waits for goes with the next segment of its shard", async () => {
  const rig = await rigWithFiling();
  const actor = rig.actorIn(0);
  await rig.ask(actor, { type: "CallAside", text: "filed" });
  expect(notes(rig)).toEqual([["called"]]);
  await rig.ask(rig.actorIn(1), { type: "Add", amount: 1 });
  expect(notes(rig)).toEqual([["called"], ["other"]]);
  expect(await rig.ask(rig.actorIn(0, 1), { type: "Add", amount: 1 })).toEqual(done({ total: 1 }));
  expect(notes(rig)).toEqual([["called"], ["other", "filed"], ["other"]]);
  expect(rig.lane().statistics().callsPending).toBe(0);
});

test("a command that stores nothing does not take it along", async () => {
  const rig = await rigWithFiling();
  const actor = rig.actorIn(0);
  await rig.ask(actor, { type: "CallAside", text: "filed" });
  await rig.ask(actor, { type: "AddUpTo", amount: 2, limit: 1 });
  expect(notes(rig)).toEqual([["called"]]);
});

test("alone it is stored after a moment", async () => {
  const rig = await rigWithFiling();
  await rig.ask(rig.actorIn(0), { type: "CallAside", text: "filed" });
  await rig.clock.advance(500);
  expect(notes(rig)).toEqual([["called"], ["filed"]]);
});

test("a lane that stops stores it first", async () => {
  const rig = await rigWithFiling();
  await rig.ask(rig.actorIn(0), { type: "CallAside", text: "filed" });
  const stopped = rig.lane().stop();
  await rig.clock.settle();
  await stopped;
  expect(notes(rig)).toEqual([["called"], ["filed"]]);
});

test("after a crash its call is made again", async () => {
  const rig = await rigWithFiling();
  await rig.ask(rig.actorIn(0), { type: "CallAside", text: "filed" });
  await rig.restart();
  await rig.clock.advance(500);
  expect(notes(rig).filter((texts) => texts.includes("filed"))).toEqual([["filed"]]);
});

test("an answer that waited when the lane had to recover takes effect once", async () => {
  const rig = await rigWithFiling();
  await rig.ask(rig.actorIn(0), { type: "CallAside", text: "filed" });
  rig.journal.failNext("unknown", false);
  await rig.ask(rig.actorIn(1), { type: "Add", amount: 1 });
  await rig.clock.advance(5_000);
  expect(notes(rig).filter((texts) => texts.includes("filed"))).toEqual([["filed"]]);
  expect(rig.lane().statistics().callsPending).toBe(0);
});

test("an answer joins one batch only", () => {
  const shard = new Shard({ shard: 3, epoch: 1, seq: 1 }, 32);
  const to = { ...new Targets(8).of("shop", "tally", "A"), shardNumber: 3 };
  const work = { type: "answer", to, number: 1, command: { type: "Filed" } } as const;
  const unhurried = new Unhurried();
  unhurried.add(work);
  const batch = new Batch("batch", 0);
  expect(unhurried.joining(batch)).toEqual([]);
  batch.draft(shard).answer(7);
  expect(unhurried.joining(batch)).toEqual([work]);
  expect(unhurried.joining(batch)).toEqual([]);
  expect(unhurried.drain()).toEqual([]);
});
