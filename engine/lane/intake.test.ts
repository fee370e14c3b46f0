import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { ANSWER, COMMAND, MESSAGE, MOVED, READ, WATCH } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;

test("when the mailbox is full commands and reads are refused at once, with a hint", async () => {
  const rig = await new LaneRig({ limits: { mailboxLengthMax: 2, retryAfterMs: 70 } }).open();
  const actor = rig.actorIn(0);
  const kept = [rig.send(actor, ADD), rig.send(actor, ADD)];
  const refused = rig.send(actor, ADD);
  const unread = rig.sendRead(actor);
  expect([refused, unread].map((correlation) => rig.answer(correlation))).toEqual([
    { type: "overloaded", retryAfterMs: 70 },
    { type: "overloaded", retryAfterMs: 70 },
  ]);
  await rig.clock.settle();
  expect(kept.map((correlation) => rig.answer(correlation))).toEqual([
    done({ total: 1 }),
    done({ total: 2 }),
  ]);
  expect(rig.lane().statistics().overloaded).toBe(2);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 3 }));
});

test("a crowd of clients does not keep messages out", async () => {
  const rig = await new LaneRig({ laneCount: 2, limits: { mailboxLengthMax: 2 } }).open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  const correlation = rig.send(from, { type: "AddTo", to, amount: 5 });
  rig.copies = () => {
    // Whenever a message travels, clients fill the receiver's mailbox before it.
    for (let count = 0; count < 3; count += 1) rig.send(to, ADD);
    return 1;
  };
  await rig.clock.settle();
  expect(rig.answer(correlation)?.type).toBe("done");
});

test("a command for a kind that nobody knows is refused and disturbs nobody", async () => {
  const rig = await new LaneRig().open();
  rig.receive(rig.actorIn(0), [COMMAND, 900, "shop", "ghost", "A", ADD, "k", 10 ** 12, null]);
  await rig.clock.settle();
  expect(rig.answer(900)).toMatchObject({ type: "refused", refusal: { code: "unknown_kind" } });
  expect(rig.lane().statistics().recoveries).toBe(0);
});

test("what reaches a lane that does not have the shard is sent back unharmed", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [, , id] = rig.actorIn(1).split("/") as [string, string, string];
  rig.lane(0).receive(rig.client, [
    [COMMAND, 900, "shop", "tally", id, ADD, "k", 10 ** 12, null],
    [READ, 901, "shop", "tally", id],
    [WATCH, "shop", "tally", id],
    [MESSAGE, 0, 1, 1, "shop", "tally", id, ADD],
  ]);
  await rig.clock.settle();
  expect(rig.client.items).toEqual([
    [MOVED, 900, 1],
    [MOVED, 901, 1],
    [MOVED, 0, 1],
  ]);
  expect(rig.journal.appends).toBe(0);
});

test("a watcher sees every change until it leaves", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.watch(actor);
  await rig.clock.settle();
  await rig.ask(actor, ADD);
  await rig.ask(rig.actorIn(0, 1), ADD);
  await rig.ask(actor, ADD);
  rig.unwatch(actor);
  await rig.ask(actor, ADD);
  expect(rig.client.views(0)).toEqual([
    { epoch: 1, offset: 1, view: null },
    { epoch: 1, offset: 2, view: { total: 1, adds: 1 } },
    { epoch: 1, offset: 4, view: { total: 2, adds: 2 } },
  ]);
});

test("a read in the batch that brings its actor into being shows what the batch leads to", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  const read = rig.sendRead(actor);
  rig.send(actor, ADD);
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([{ epoch: 1, offset: 2, view: { total: 1, adds: 1 } }]);
  expect(rig.client.items.filter((item) => item[0] === ANSWER).length).toBe(1);
});
