import { expect, test } from "bun:test";
import { done, refused } from "../contract/outcome.ts";
import type { Checkpoint } from "../ports/snapshots.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { AT_REST } from "../testing/tally.ts";

const HALF = { type: "Add", amount: AT_REST / 2 } as const;
const ADD = { type: "Add", amount: 1 } as const;

/** A lane that knows an actor that came to rest in two commits, and has none in memory. */
async function rigWithRestingActor() {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, HALF, { key: "first" });
  await rig.ask(rig.actorIn(0, 1), ADD);
  await rig.ask(actor, HALF, { key: "second" });
  await rig.lane().stop();
  await rig.restart();
  expect(rig.lane().statistics().activatedActors).toBe(0);
  rig.snapshots.loads = 0;
  rig.journal.reads = 0;
  return { rig, actor };
}

test("an actor whose short life is over is stored without a snapshot, and comes back as it was", async () => {
  const { rig, actor } = await rigWithRestingActor();
  expect(rig.snapshots.snapshot(0, actor)).toBeUndefined();
  expect(await rig.view(actor)).toEqual({ total: AT_REST, adds: 2 });
  expect(await rig.ask(actor, HALF, { key: "second" })).toEqual(done({ total: AT_REST }));
  expect(await rig.ask(actor, ADD, { key: "second" })).toMatchObject({
    type: refused({ code: "", detail: "" }).type,
  });
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: AT_REST + 1 }));
  expect([rig.snapshots.loads, rig.journal.reads, rig.lane().statistics().rebuiltActors]).toEqual([0, 0, 0]);
});

test("one that goes on is stored as a snapshot again, and that one counts", async () => {
  const { rig, actor } = await rigWithRestingActor();
  await rig.ask(actor, ADD);
  await rig.lane().stop();
  expect(rig.snapshots.snapshot(0, actor)?.snapshot.state).toMatchObject({ total: AT_REST + 1 });
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: AT_REST + 1, adds: 3 });
});

test("one that goes on is recovered from its footprint and the tail", async () => {
  const { rig, actor } = await rigWithRestingActor();
  await rig.ask(actor, ADD);
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: AT_REST + 1, adds: 3 });
  expect(rig.lane().statistics().rebuiltActors).toBe(0);
});

test("one that has a timer keeps its snapshot, so that it is woken", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 60_000 });
  await rig.ask(actor, { type: "Add", amount: AT_REST });
  await rig.lane().stop();
  expect(rig.snapshots.snapshot(0, actor)?.dueAtMs).toBeDefined();
});

test("a footprint that leads to somebody else is not followed", async () => {
  const { rig, actor } = await rigWithRestingActor();
  const { known, ...checkpoint } = rig.snapshots.checkpoint(0) as Checkpoint;
  const pages = known.pages.map(({ number, records }) => {
    // The two actors of the shard change places.
    return {
      number,
      records: Uint32Array.from(records, (half, at) =>
        at % 4 < 2 ? half : (records[(at + 4) % records.length] as number),
      ),
    };
  });
  await rig.snapshots.save({ ...checkpoint, known: { ...known, pages } }, []);
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: AT_REST, adds: 2 });
  expect(await rig.view(rig.actorIn(0, 1))).toEqual({ total: 1, adds: 1 });
});

test.each([
  ["a snapshot", (_rig: LaneRig, _actor: string) => undefined],
  ["its whole history", (rig: LaneRig, actor: string) => rig.snapshots.lose(0, actor)],
])(
  "one that comes to rest after it was brought back from %s is stored with all of its life",
  async (_name, lose) => {
    const rig = await new LaneRig().open();
    const actor = rig.actorIn(0);
    await rig.ask(actor, HALF);
    await rig.lane().stop();
    lose(rig, actor);
    await rig.restart();
    await rig.ask(actor, HALF);
    await rig.lane().stop();
    await rig.restart();
    expect(await rig.view(actor)).toEqual({ total: AT_REST, adds: 2 });
  },
);

test("what a footprint has from behind the checkpoint is not folded twice", async () => {
  const { rig, actor } = await rigWithRestingActor();
  const checkpoint = rig.snapshots.checkpoint(0) as Checkpoint;
  rig.snapshots.clear([0]);
  await rig.snapshots.save({ ...checkpoint, seq: 2 }, []);
  await rig.restart();
  expect(await rig.view(actor)).toEqual({ total: AT_REST, adds: 2 });
});
