import { expect, test } from "bun:test";
import type { Typed } from "../contract/decider.ts";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { DELIVERED, MESSAGE } from "../transport/items.ts";

/** A lane in whose commit an `Add` is in flight, held back by the journal. */
async function rigWithCommitInFlight(calls: Typed[] = []): Promise<LaneRig> {
  const port = {
    call: async (request: Typed): Promise<Typed> => {
      calls.push(request);
      return { ...request, type: "CalledBack" };
    },
  };
  const rig = await new LaneRig({ laneCount: 2, ports: new Map([["echo", port]]) }).open();
  rig.watch(rig.actorIn(0));
  await rig.clock.settle();
  rig.client.items.length = 0;
  rig.journal.hold();
  return rig;
}

test("a reply leaves when its commit is durable, and not before", async () => {
  const rig = await rigWithCommitInFlight();
  const correlation = rig.send(rig.actorIn(0), { type: "Add", amount: 2 });
  await rig.clock.advance(5_000);
  expect(rig.client.items).toEqual([]);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.answer(correlation)).toEqual(done({ total: 2 }));
});

test("a pushed view leaves after the commit that changed it", async () => {
  const rig = await rigWithCommitInFlight();
  rig.send(rig.actorIn(0), { type: "Add", amount: 2 });
  await rig.clock.settle();
  expect(rig.client.views(0)).toEqual([]);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.client.views(0)).toEqual([{ epoch: 1, offset: 2, view: { total: 2, adds: 1 } }]);
});

test("a refusal and a read that saw uncommitted state wait for its commit", async () => {
  const rig = await rigWithCommitInFlight();
  const actor = rig.actorIn(0);
  rig.send(actor, { type: "Add", amount: 2 });
  await rig.clock.settle();
  const refused = rig.send(actor, { type: "AddUpTo", amount: 1, limit: 2 });
  const read = rig.sendRead(actor);
  await rig.clock.advance(5_000);
  expect(rig.client.items).toEqual([]);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.answer(refused)).toMatchObject({ type: "refused", refusal: { code: "limit_reached" } });
  expect(rig.client.views(read)).toEqual([{ epoch: 1, offset: 2, view: { total: 2, adds: 1 } }]);
});

test("a message to another lane leaves after the commit of its cause", async () => {
  const rig = await rigWithCommitInFlight();
  rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 3 });
  await rig.clock.advance(5_000);
  expect(rig.traffic).toEqual([]);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.traffic[0]?.[0]).toBe(MESSAGE);
});

test("the receiver of a message confirms it after the commit of its effect", async () => {
  const rig = await rigWithCommitInFlight();
  rig.journal.release();
  rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 3 });
  for (let step = 0; step < 3; step += 1) await rig.clock.settle();
  const confirmed = rig.traffic.findIndex((item) => item[0] === DELIVERED && item[1] === 0 && item[2] === 1);
  expect(confirmed).toBeGreaterThan(0);

  rig.traffic.length = 0;
  rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 3 });
  rig.copies = (item) => {
    // The message is on its way: from now on the receiver's commit is held back.
    rig.journal.hold();
    return item[0] === MESSAGE ? 1 : 0;
  };
  await rig.clock.settle();
  expect(rig.journal.held).toBe(1);
  expect(rig.traffic.filter((item) => item[0] === DELIVERED)).toEqual([]);
});

test("a call to the outside is made after the commit of its cause", async () => {
  const calls: Typed[] = [];
  const rig = await rigWithCommitInFlight(calls);
  const correlation = rig.send(rig.actorIn(0), { type: "CallOut", text: "hello" });
  await rig.clock.advance(5_000);
  expect(calls).toEqual([]);
  rig.journal.release();
  await rig.clock.settle();
  expect(calls.length).toBe(1);
  expect(rig.answer(correlation)).toEqual(done("hello"));
});

test("a message sent without any event of its own is stored, and arrives although its lane dies", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [first, second, third] = [rig.actorIn(0), rig.actorIn(2), rig.actorIn(1)];
  rig.copies = () => 0;
  const addition = { type: "Add", amount: 5 } as const;
  const throughSecond = { type: "Forward", to: third, command: addition } as const;
  expect(await rig.ask(first, { type: "Forward", to: second, command: throughSecond })).toEqual(done(null));
  await rig.restart(0);
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect(await rig.view(third)).toEqual({ total: 5, adds: 1 });
});
