import { expect, test } from "bun:test";
import { done, refused } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";

const ADD = { type: "Add", amount: 2 } as const;

test("the same key with the same content gives the stored reply and no second effect", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  const first = await rig.ask(actor, ADD, { key: "k" });
  await rig.ask(actor, { type: "Add", amount: 10 });
  expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(first);
  expect(await rig.view(actor)).toEqual({ total: 12, adds: 2 });
});

test("a command that is barred by now gets what its key has stored, and else is refused and leaves nothing", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  const barred = { code: "turn_passed", detail: "Too late." };
  const first = await rig.ask(actor, ADD, { key: "k" });
  expect(await rig.ask(actor, ADD, { key: "k", barred })).toEqual(first);
  expect(await rig.ask(actor, ADD, { key: "other", barred })).toEqual(refused(barred));
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 1 });
  expect(await rig.ask(actor, ADD, { key: "other" })).toEqual(done({ total: 4 }));
});

test("the same key gives the same reply when both commands come in one batch", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  const both = [rig.send(actor, ADD, { key: "k" }), rig.send(actor, ADD, { key: "k" })];
  await rig.clock.settle();
  expect(both.map((correlation) => rig.answer(correlation))).toEqual([
    done({ total: 2 }),
    done({ total: 2 }),
  ]);
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 1 });
});

test("the same key waits with the first command while that is open", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  rig.copies = () => 0;
  const command = { type: "AddTo", to, amount: 3 } as const;
  const first = rig.send(from, command, { key: "k" });
  await rig.clock.settle();
  const second = rig.send(from, command, { key: "k" });
  await rig.clock.settle();
  expect([rig.answer(first), rig.answer(second)]).toEqual([undefined, undefined]);
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect([rig.answer(first), rig.answer(second)]).toEqual([done({ total: 3 }), done({ total: 3 })]);
  expect(await rig.view(to)).toEqual({ total: 3, adds: 1 });
});

test("of very many tries of one open command the oldest are answered unknown", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  rig.copies = () => 0;
  const command = { type: "AddTo", to: rig.actorIn(1), amount: 3 } as const;
  const tries = Array.from({ length: 10 }, () => rig.send(rig.actorIn(0), command, { key: "k" }));
  await rig.clock.settle();
  expect(tries.filter((correlation) => rig.answer(correlation)?.type === "unknown")).toEqual(
    tries.slice(0, 2),
  );
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect(tries.filter((correlation) => rig.answer(correlation)?.type === "done")).toEqual(tries.slice(2));
});

test("the same key with other content is refused and names the field", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD, { key: "k" });
  expect(await rig.ask(actor, { type: "Add", amount: 3 }, { key: "k" })).toMatchObject({
    type: "refused",
    refusal: { code: "key_reused", field: "key" },
  });
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 1 });
});

test("keys outlive a restart, from the journal and from a checkpoint", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD, { key: "k" });
  await rig.restart();
  expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(done({ total: 2 }));
  await rig.clock.advance(60_000);
  expect(rig.snapshots.checkpoint(0)).toBeDefined();
  await rig.restart();
  expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(done({ total: 2 }));
  expect(await rig.ask(actor, { type: "Add", amount: 9 }, { key: "k" })).toMatchObject({
    refusal: { field: "key" },
  });
  expect(await rig.view(actor)).toEqual({ total: 2, adds: 1 });
});

test("a command that is open at a restart is settled afterwards, and its key tells the outcome", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  rig.copies = () => 0;
  const command = { type: "AddTo", to: rig.actorIn(1), amount: 3 } as const;
  await rig.ask(rig.actorIn(0), command, { key: "k" });
  await rig.restart(0);
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect(await rig.ask(rig.actorIn(0), command, { key: "k" })).toEqual(done({ total: 3 }));
  expect(await rig.view(rig.actorIn(1))).toEqual({ total: 3, adds: 1 });
});

test("a command refused without effect leaves no trace and is judged anew", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  const command = { type: "AddUpTo", amount: 1, limit: 0 } as const;
  expect(await rig.ask(actor, command, { key: "k" })).toMatchObject({ type: "refused" });
  expect(rig.journal.appends).toBe(0);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(done({ total: 2 }));
});

test("a command refused by another actor of the lane, without effect anywhere, leaves no trace either", async () => {
  const rig = await new LaneRig().open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(to, { type: "Add", amount: 5 });
  const { appends } = rig.journal;
  const command = { type: "AddTo", to, amount: 1, limit: 5 } as const;
  expect(await rig.ask(from, command, { key: "k" })).toMatchObject({ type: "refused" });
  expect(rig.journal.appends).toBe(appends);
  expect(rig.lane().statistics().activatedActors).toBe(1);
  expect(await rig.ask(from, { ...command, limit: 6 }, { key: "k" })).toEqual(done({ total: 6 }));
});

test("a command refused after something was done for it keeps its key and ticket", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [from, far] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(far, { type: "Add", amount: 5 });
  const command = { type: "AddTo", to: far, amount: 1, limit: 5 } as const;
  const answer = await rig.ask(from, command, { key: "k" });
  expect(answer).toMatchObject({ type: "refused" });
  await rig.ask(from, { type: "Add", amount: 1 });
  await rig.restart(0);
  expect(await rig.ask(from, command, { key: "k" })).toEqual(answer);
  const keys = rig.journal.segments(0).flatMap(({ body }) => body.actors.flatMap((entry) => entry.keys));
  expect(keys.map(({ ticket }) => ticket)).toEqual([1, 1, 2]);
});

test("a command whose deadline has passed is not started, however long it waited", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.journal.hold();
  await rig.ask(actor, ADD);
  rig.send(actor, ADD);
  await rig.clock.advance(5_000);
  const late = rig.send(actor, ADD, { deadlineAtMs: rig.clock.nowMs() - 1 });
  const inTime = rig.send(actor, ADD, { deadlineAtMs: rig.clock.nowMs() });
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.answer(late)).toEqual({ type: "expired" });
  expect(rig.answer(inTime)).toEqual(done({ total: 6 }));
  expect(rig.lane().statistics().expired).toBe(1);
});

test("a decider that throws costs only the command that it could not take", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  const answer = await rig.ask(actor, { type: "Explode", where: "decide" });
  expect(answer).toMatchObject({ refusal: { code: "internal_fault" } });
  expect(rig.log.errors.length).toBe(1);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
  expect(rig.lane().statistics()).toMatchObject({ recoveries: 0, faults: 1 });
});

test("an actor that writes to another tenant is refused", async () => {
  const rig = await new LaneRig().open();
  const command = { type: "AddTo", to: "other/tally/T", amount: 1 } as const;
  expect(await rig.ask(rig.actorIn(0), command)).toMatchObject({ refusal: { code: "internal_fault" } });
  expect(rig.journal.appends).toBe(0);
});

test("a second settlement changes nothing: the caller keeps the first answer", async () => {
  const rig = await new LaneRig().open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  const command = { type: "AddTo", to, amount: 1 } as const;
  await rig.ask(from, command, { key: "k" });
  const again = { type: "Answered", ticket: 1, total: 99 } as const;
  await rig.ask(to, { type: "Forward", to: from, command: again });
  expect(rig.log.errors.length).toBe(1);
  expect(rig.lane().statistics().recoveries).toBe(0);
  expect(await rig.ask(from, command, { key: "k" })).toEqual(done({ total: 1 }));
});

test("a command refused in its own batch keeps its key when something was done for it elsewhere", async () => {
  const rig = await new LaneRig().open();
  const [from, helped, strict] = [rig.actorIn(0), rig.actorIn(1), rig.actorIn(2)];
  const ask = { type: "Ask", from, ticket: 1, amount: 1, limit: 0 } as const;
  const command = {
    type: "Split",
    open: true,
    commands: [
      [helped, ADD],
      [strict, ask],
    ],
  } as const;
  const answer = await rig.ask(from, command, { key: "k" });
  expect(answer).toMatchObject({ type: "refused" });
  expect(await rig.ask(from, command, { key: "k" })).toEqual(answer);
  expect(await rig.view(helped)).toEqual({ total: 2, adds: 1 });
});

test("of two keys of one batch the one that is settled last is the newest, also after a restart", async () => {
  const rig = await new LaneRig({ limits: { keysPerActorMax: 1 } }).open();
  const [actor, other] = [rig.actorIn(0), rig.actorIn(1)];
  const open = { type: "Split", open: true, commands: [] } as const;
  rig.send(actor, open, { key: "open" });
  rig.send(actor, ADD, { key: "added" });
  const settle = { type: "Answered", ticket: 1, total: 99 } as const;
  rig.send(other, { type: "Forward", to: actor, command: settle });
  await rig.clock.settle();
  expect(rig.journal.appends).toBe(1);
  await rig.restart();
  expect(await rig.ask(actor, open, { key: "open" })).toEqual(done({ total: 99 }));
});
