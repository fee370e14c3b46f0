import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { defaultLaneLimits } from "./limits.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { COMMAND } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;
const UNKNOWN = { type: "unknown", retryAfterMs: 200 } as const;

/** A lane with a first commit held back, so that a second batch is open behind it. */
async function rigWithTwoBatches() {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.journal.hold();
  const sealed = rig.send(actor, ADD, { key: "sealed" });
  const sealedRead = rig.sendRead(actor);
  await rig.clock.settle();
  const open = rig.send(actor, ADD, { key: "open" });
  const openRead = rig.sendRead(actor);
  await rig.clock.settle();
  return { rig, actor, sealed, sealedRead, open, openRead };
}

test("when the reply to an append is lost but it was stored, callers get their real replies", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.journal.failNext("unknown", true);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 1 }));
  expect(rig.lane().statistics().recoveries).toBe(1);
  expect(await rig.read(actor)).toEqual({ epoch: 2, offset: 3, view: { total: 1, adds: 1 } });
});

test("when an append was not stored, its callers are answered unknown and nothing has happened", async () => {
  for (const reason of ["unknown", "refused"] as const) {
    const rig = await new LaneRig().open();
    const actor = rig.actorIn(0);
    await rig.ask(actor, ADD);
    rig.journal.failNext(reason, false);
    expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(UNKNOWN);
    expect(await rig.view(actor)).toEqual({ total: 1, adds: 1 });
    expect(await rig.ask(actor, ADD, { key: "k" })).toEqual(done({ total: 2 }));
  }
});

test("a lane whose claim is lost with a database that goes back claims again, and goes on from what is left", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  rig.journal.failNext("unknown", false);
  rig.journal.goBackBehindNextClaim();
  const lost = rig.send(actor, ADD);
  await rig.clock.settle();
  await rig.clock.advance(defaultLaneLimits.recoverDelayMaxMs);
  expect(rig.answer(lost)).toEqual(UNKNOWN);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
});

test("what rests on a lost batch is answered unknown at once, reads are made again", async () => {
  for (const stored of [true, false]) {
    const { rig, actor, sealed, sealedRead, open, openRead } = await rigWithTwoBatches();
    rig.journal.failHeld("unknown", stored);
    await rig.clock.settle();
    expect(rig.answer(sealed)).toEqual(stored ? done({ total: 1 }) : UNKNOWN);
    expect(rig.answer(open)).toEqual(UNKNOWN);
    const view = stored ? { total: 1, adds: 1 } : null;
    expect(rig.client.views(sealedRead).map((update) => update.view)).toEqual([view]);
    expect(rig.client.views(openRead).map((update) => update.view)).toEqual([view]);
    expect(await rig.ask(actor, ADD, { key: "open" })).toEqual(done({ total: stored ? 2 : 1 }));
  }
});

test("what was not begun is carried out after the recovery", async () => {
  const rig = await new LaneRig({ limits: { batchDecisionsMax: 1 } }).open();
  const actor = rig.actorIn(0);
  rig.journal.hold();
  const correlations = [1, 2, 3, 4].map(() => rig.send(actor, ADD));
  await rig.clock.settle();
  rig.journal.failHeld("unknown", false);
  await rig.clock.settle();
  const answers = correlations.map((correlation) => rig.answer(correlation));
  expect(answers).toEqual([UNKNOWN, UNKNOWN, done({ total: 1 }), done({ total: 2 })]);
});

test("callers of commands that were open are answered unknown, and the key tells later", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  rig.copies = () => 0;
  const command = { type: "AddTo", to, amount: 1 } as const;
  const open = rig.send(from, command, { key: "k" });
  await rig.clock.settle();
  rig.journal.failNext("unknown", false);
  await rig.ask(from, ADD);
  expect(rig.answer(open)).toEqual(UNKNOWN);
  rig.copies = () => 1;
  await rig.clock.advance(5_000);
  expect(await rig.ask(from, command, { key: "k" })).toEqual(done({ total: 1 }));
});

test("a lane that is fenced ends: fatal is called once and nothing is released", async () => {
  const { rig, sealed, open } = await rigWithTwoBatches();
  await rig.journal.claim([0], "successor");
  rig.journal.failHeld("fenced", false);
  await rig.clock.advance(60_000);
  expect(rig.faults.length).toBe(1);
  expect(rig.lane().state).toBe("stopped");
  expect([rig.answer(sealed), rig.answer(open)]).toEqual([undefined, undefined]);
  expect(await rig.ask(rig.actorIn(0), ADD)).toMatchObject({ type: "overloaded" });
});

test("a lane that recovers fences its own commit in flight, and goes on", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 0 } }).open();
  const [cold, hot] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(cold, ADD);
  await rig.clock.advance(10_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  rig.journal.hold();
  const inFlight = rig.send(hot, ADD);
  await rig.clock.settle();
  rig.snapshots.hold();
  rig.send(cold, ADD);
  rig.send(rig.actorIn(2), { type: "Explode", where: "evolve" });
  await rig.clock.settle();
  expect(rig.lane().state).toBe("recovering");
  rig.snapshots.release();
  rig.journal.release();
  await rig.clock.advance(1_000);
  expect(rig.faults).toEqual([]);
  expect(rig.answer(inFlight)).toEqual(UNKNOWN);
  expect(await rig.ask(hot, ADD)).toEqual(done({ total: 1 }));
  expect(await rig.view(cold)).toEqual({ total: 2, adds: 2 });
});

test("while the journal cannot be read the lane tries again, ever more slowly, and commands wait", async () => {
  const rig = await new LaneRig().open();
  rig.journal.failNext("unknown", false);
  rig.journal.claimFault = new Error("the database is away");
  await rig.ask(rig.actorIn(0), ADD);
  const waiting = rig.send(rig.actorIn(0), ADD);
  await rig.clock.advance(10_000);
  expect(rig.lane().state).toBe("recovering");
  const attempts = rig.log.warnings.filter((message) => message.includes("try again")).length;
  expect(attempts).toBeGreaterThan(6);
  expect(attempts).toBeLessThan(14);
  rig.journal.claimFault = undefined;
  await rig.clock.advance(2_000);
  expect(rig.answer(waiting)).toEqual(done({ total: 1 }));
});

test("an invariant that breaks in evolve costs memory, not truth; its caller is answered", async () => {
  const rig = await new LaneRig().open();
  const [actor, other] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(actor, ADD);
  const before = rig.send(other, ADD);
  const exploding = rig.send(actor, { type: "Explode", where: "evolve" });
  const after = rig.send(other, ADD);
  await rig.clock.settle();
  const answers = [before, exploding, after].map((correlation) => rig.answer(correlation));
  expect(answers).toEqual([UNKNOWN, UNKNOWN, done({ total: 1 })]);
  expect(await rig.view(actor)).toEqual({ total: 1, adds: 1 });
});

test("messages that were being decided when memory was thrown away are not delivered afterwards", async () => {
  const rig = await new LaneRig().open();
  const [from, first, second] = [rig.actorIn(0), rig.actorIn(1), rig.actorIn(2)];
  rig.send(from, {
    type: "Split",
    commands: [
      [first, { type: "Explode", where: "evolve" }],
      [second, ADD],
    ],
  });
  await rig.clock.settle();
  expect(rig.lane().statistics().recoveries).toBe(1);
  await rig.ask(from, { type: "AddTo", to: first, amount: 1 });
  expect(await rig.view(second)).toBeNull();
});

test("a lane that meets the same fault again and again recovers at a measured pace", async () => {
  const rig = await new LaneRig().open();
  for (let second = 0; second < 10; second += 1) {
    for (let count = 0; count < 5; count += 1) rig.send(rig.actorIn(0), { type: "Explode", where: "evolve" });
    await rig.clock.advance(1_000);
  }
  expect(rig.lane().statistics().recoveries).toBeLessThan(14);
});

test("watchers see the actor again after a recovery, under the raised epoch", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.watch(actor);
  await rig.ask(actor, ADD);
  rig.journal.failNext("unknown", true);
  await rig.ask(actor, ADD);
  expect(rig.client.views(0).at(-1)).toEqual({ epoch: 2, offset: 4, view: { total: 2, adds: 2 } });
});

test("a commit that is stored after its lane began to recover is answered once", async () => {
  const rig = await new LaneRig().open();
  rig.journal.hold();
  const inFlight = rig.send(rig.actorIn(1), ADD);
  await rig.clock.settle();
  rig.journal.claimFault = new Error("the database is slow");
  rig.send(rig.actorIn(0), { type: "Explode", where: "evolve" });
  await rig.clock.settle();
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.answer(inFlight)).toBeUndefined();
  rig.journal.claimFault = undefined;
  await rig.clock.advance(1_000);
  expect(rig.answer(inFlight)).toEqual(done({ total: 1 }));
  expect(rig.lane().statistics()).toMatchObject({ recoveries: 1, commits: 0 });
});

test("the caller of a command that breaks the lane is answered", async () => {
  const rig = await new LaneRig().open();
  // A whole number of arbitrary size has no JSON, and so no fingerprint.
  const command = { ...ADD, extra: 1n };
  rig.receive(rig.actorIn(0), [COMMAND, 900, "shop", "tally", "A", command, "k", 10 ** 12, null]);
  await rig.clock.settle();
  expect(rig.lane().statistics().recoveries).toBe(1);
  expect(rig.answer(900)).toEqual(UNKNOWN);
});

test("a lane that has made a commit since recovers at once", async () => {
  const rig = await new LaneRig().open();
  for (let count = 1; count <= 4; count += 1) {
    rig.journal.failNext("unknown", true);
    expect(await rig.ask(rig.actorIn(0), ADD)).toEqual(done({ total: count * 2 - 1 }));
    expect(await rig.ask(rig.actorIn(0), ADD)).toEqual(done({ total: count * 2 }));
  }
});
