import { expect, test } from "bun:test";
import { LaneRig } from "../testing/lane-rig.ts";
import { MESSAGE, MOVED } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;

test("what comes in while a lane closes is not decided, and gets into no checkpoint", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [first, second] = [rig.actorIn(0), rig.actorIn(2)];
  await rig.ask(first, ADD);
  await rig.ask(second, ADD);
  rig.snapshots.hold();
  const stopped = rig.lane(0).stop();
  await rig.clock.settle();
  const id = second.split("/")[2] as string;
  const sent = { type: "Add", amount: 10 };
  rig.receive(second, [MESSAGE, 1, rig.shardOf(second), 1, "shop", "tally", id, sent]);
  await rig.clock.settle();
  rig.snapshots.release();
  await rig.clock.settle();
  await stopped;
  await rig.restart(0);
  expect(await rig.view(second)).toMatchObject({ total: 1 });
});

test("a lane that has let its shards go and stopped sends what still comes for them to their next owner", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(3);
  await Promise.all([rig.lane().letGo(rig.lane().shards), rig.clock.settle()]);
  await Promise.all([rig.lane().stop(), rig.clock.settle()]);
  const [command, read] = [rig.send(actor, ADD), rig.sendRead(actor)];
  expect(rig.client.items).toEqual([
    [MOVED, command, 3],
    [MOVED, read, 3],
  ]);
});

test("a deadline is held against the clock as it is, also after the clock was set back", async () => {
  const rig = await new LaneRig({}).open();
  const actor = rig.actorIn(0);
  const beforeMs = rig.clock.nowMs();
  await rig.clock.advance(600_000);
  await rig.ask(actor, ADD);
  rig.clock.setBack(600_000);
  const answer = await rig.ask(actor, ADD, { deadlineAtMs: beforeMs + 10_000 });
  expect(answer).toMatchObject({ type: "done" });
});
