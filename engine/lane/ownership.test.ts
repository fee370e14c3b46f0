import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { OwnershipLost } from "../ports/journal.ts";
import { LaneRig } from "../testing/lane-rig.ts";

const ADD = { type: "Add", amount: 1 } as const;
const UNKNOWN = { type: "unknown", retryAfterMs: 200 } as const;
const ALL_SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const PAUSE_MS = 60_000;

/** A lane with one actor that has a value. */
async function rigWithActor() {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD, { key: "first" });
  return { rig, actor };
}

/** The process stands still while time passes: nothing of it has happened when it goes on. */
function pause(rig: LaneRig): void {
  rig.clock.setBack(-PAUSE_MS);
}

test("an owner that was paused while another took over answers nothing from memory, and ends", async () => {
  const { rig, actor } = await rigWithActor();
  await rig.journal.claim(ALL_SHARDS, "successor");
  pause(rig);
  const read = rig.sendRead(actor);
  const repeated = rig.send(actor, ADD, { key: "first", deadlineAtMs: 10 ** 12 });
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
  expect(rig.answer(repeated)).toBeUndefined();
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
  expect(rig.lane().state).toBe("stopped");
});

test("an owner that was paused and has no successor asks first, then answers", async () => {
  const { rig, actor } = await rigWithActor();
  pause(rig);
  const asked = rig.journal.confirmations;
  expect(await rig.view(actor)).toEqual({ total: 1, adds: 1 });
  expect(rig.journal.confirmations).toBe(asked + 1);
  expect(rig.lane().statistics()).toMatchObject({ recoveries: 0, commits: 1 });
});

test("a stored reply is not given again while the journal does not confirm who owns the shards", async () => {
  const { rig, actor } = await rigWithActor();
  rig.journal.claimFault = new Error("the database is away");
  pause(rig);
  const repeated = rig.send(actor, ADD, { key: "first", deadlineAtMs: 10 ** 12 });
  const read = rig.sendRead(actor);
  await rig.clock.advance(5_000);
  expect(rig.answer(repeated)).toBeUndefined();
  expect(rig.client.views(read)).toEqual([]);
  rig.journal.claimFault = undefined;
  await rig.clock.advance(5_000);
  expect(rig.answer(repeated)).toEqual(UNKNOWN);
  expect(rig.client.views(read).map(({ view }) => view)).toEqual([{ total: 1, adds: 1 }]);
  expect(await rig.ask(actor, ADD, { key: "first" })).toEqual(done({ total: 1 }));
});

test("a view that waits for another shard's commit waits for the confirmation, too", async () => {
  const { rig, actor } = await rigWithActor();
  // One shard is taken over; the commit in another one says nothing about it.
  await rig.journal.claim([rig.shardOf(actor)], "successor");
  pause(rig);
  const read = rig.sendRead(actor);
  rig.send(rig.actorIn(1), ADD);
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a confirmation that was asked for before a read, and whose reply was late, does not let it go", async () => {
  const { rig, actor } = await rigWithActor();
  rig.journal.holdConfirmations();
  await rig.clock.advance(600);
  expect(rig.journal.heldConfirmations).toBe(1);
  await rig.journal.claim(ALL_SHARDS, "successor");
  pause(rig);
  const read = rig.sendRead(actor);
  await rig.clock.settle();
  rig.journal.releaseConfirmations();
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a clock that was set back confirms nothing", async () => {
  const { rig, actor } = await rigWithActor();
  await rig.journal.claim(ALL_SHARDS, "successor");
  rig.clock.setBack(PAUSE_MS);
  const read = rig.sendRead(actor);
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
});

test("nor does one that was set back by less make a confirmation last longer", async () => {
  const { rig, actor } = await rigWithActor();
  rig.journal.holdConfirmations();
  await rig.clock.advance(600);
  await rig.journal.claim(ALL_SHARDS, "successor");
  rig.clock.setBack(500);
  await rig.clock.advance(700);
  const read = rig.sendRead(actor);
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
});

test("nor does one that was set back between the question and its reply", async () => {
  const { rig, actor } = await rigWithActor();
  rig.journal.holdConfirmations();
  await rig.clock.advance(600);
  expect(rig.journal.heldConfirmations).toBe(1);
  rig.clock.setBack(900);
  await rig.clock.advance(300);
  rig.journal.releaseConfirmations();
  rig.journal.holdConfirmations();
  await expectSilence(rig, actor);
});

test("nor while shards are read that were taken before", async () => {
  const { rig, actor } = await rigWithActor();
  await rig.restart(0, []);
  rig.snapshots.hold();
  const adopted = rig.lane().adopt(ALL_SHARDS);
  await rig.clock.settle();
  rig.clock.setBack(900);
  await rig.clock.advance(300);
  rig.journal.holdConfirmations();
  rig.snapshots.release();
  await rig.clock.settle();
  await adopted;
  await expectSilence(rig, actor);
});

/** A second after what the lane was told before the clock was set back, it answers nothing any more. */
async function expectSilence(rig: LaneRig, actor: string): Promise<void> {
  await rig.clock.advance(250);
  expect(rig.journal.heldConfirmations).toBe(1);
  await rig.journal.claim(ALL_SHARDS, "successor");
  await rig.clock.advance(450);
  const read = rig.sendRead(actor);
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
}

test("a lane asks about its shards twice a second, however much is read", async () => {
  const { rig, actor } = await rigWithActor();
  const asked = rig.journal.confirmations;
  for (let count = 0; count < 100; count += 1) {
    await rig.read(actor);
    await rig.clock.advance(100);
  }
  expect(rig.journal.confirmations - asked).toBeLessThanOrEqual(20);
});

test("a lane that has nothing to do learns of its successor within a second, and ends", async () => {
  const { rig } = await rigWithActor();
  await rig.journal.claim(ALL_SHARDS, "successor");
  await rig.clock.advance(1_000);
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
});

test("a lane that lost a reply does not take its shards back from a newer owner", async () => {
  const { rig, actor } = await rigWithActor();
  rig.journal.failNext("unknown", false);
  const correlation = rig.send(actor, ADD);
  await rig.journal.claim(ALL_SHARDS, "successor");
  await rig.clock.advance(PAUSE_MS);
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
  expect(rig.answer(correlation)).toBeUndefined();
  for (const shard of ALL_SHARDS)
    expect(rig.journal.segments(shard).at(-1)?.body.takeover?.owner).toBe("successor");
});

test("a lane whose repeated claim got no reply goes on: the new epoch is its own", async () => {
  const { rig, actor } = await rigWithActor();
  rig.journal.failNext("unknown", false);
  rig.journal.loseNextClaimReply();
  await rig.ask(actor, ADD);
  await rig.clock.advance(5_000);
  expect(rig.faults).toEqual([]);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
});

test("a confirmation that would not outlast its renewal is refused with both limits' names", () => {
  const limits = { ownershipConfirmedMs: 900, ownershipRenewMs: 500 };
  expect(new LaneRig({ limits }).open()).rejects.toThrow(/ownershipConfirmedMs .* ownershipRenewMs/);
});

test("an owner that was paused repeats nothing to others before it knows that it still is one", async () => {
  const rig = await new LaneRig({ laneCount: 2 }).open();
  rig.copies = () => 0;
  rig.send(rig.actorIn(0), { type: "AddTo", to: rig.actorIn(1), amount: 1 });
  await rig.clock.settle();
  const sent = rig.traffic.length;
  await rig.journal.claim(ALL_SHARDS, "successor");
  pause(rig);
  await rig.clock.settle();
  expect(rig.traffic.length).toBe(sent);
  expect(rig.faults.length).toBeGreaterThan(0);
});
