import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import type { Typed } from "../contract/decider.ts";
import { AppendFault } from "../ports/journal.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { begin, moved } from "../testing/shard-moves.ts";
import { MOVED } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;
const UNKNOWN = { type: "unknown", retryAfterMs: 200 } as const;
const REST = [1, 2, 3, 4, 5, 6, 7];

/** A lane that goes on without what it has lost, and one actor in each of its shards. */
async function rigThatGoesOn() {
  const lost: (readonly number[])[] = [];
  const rig = await new LaneRig({
    lost: (shards) => {
      lost.push(shards);
      return "goOn";
    },
    ports: new Map([["echo", { call: () => new Promise<Typed>(() => undefined) }]]),
  }).open();
  return { rig, lost, taken: rig.actorIn(0), kept: rig.actorIn(1) };
}

test("a lane that is fenced in one shard goes on with the others, and says what it has lost", async () => {
  const { rig, lost, taken, kept } = await rigThatGoesOn();
  await rig.ask(kept, ADD);
  await rig.journal.claim([0], "successor");
  expect(await rig.ask(taken, ADD)).toEqual(UNKNOWN);
  expect(lost).toEqual([[0]]);
  expect([rig.lane().state, rig.lane().shards]).toEqual(["serving", REST]);
  expect(await rig.ask(kept, ADD)).toEqual(done({ total: 2 }));
  const late = rig.send(taken, ADD);
  expect(moved(rig)).toEqual([[MOVED, late, 0]]);
  expect(rig.journal.segments(0).at(-1)?.body.takeover?.owner).toBe("successor");
  await rig.clock.advance(10_000);
  expect([rig.faults, rig.lane().statistics().recoveries]).toEqual([[], 1]);
});

test("what was in flight over a lost shard and one that is left is answered as the journal has it", async () => {
  for (const stored of [true, false]) {
    const { rig, lost, taken, kept } = await rigThatGoesOn();
    const { journal } = rig;
    const append = journal.append.bind(journal);
    // The reply is lost, and another owner takes one of the two shards over, after the append or before it.
    journal.append = async (...given) => {
      journal.append = append;
      if (stored) await append(...given);
      await journal.claim([0], "successor");
      throw new AppendFault("unknown", "the reply was lost");
    };
    const inFlight = [rig.send(taken, ADD), rig.send(kept, ADD)];
    await rig.clock.settle();
    const answer = stored ? done({ total: 1 }) : UNKNOWN;
    expect(inFlight.map((correlation) => rig.answer(correlation))).toEqual([answer, answer]);
    expect(lost).toEqual([[0]]);
    expect(await rig.ask(kept, ADD)).toEqual(done({ total: stored ? 2 : 1 }));
  }
});

test("nothing that belongs to a lost shard is left: no timer, no call, no message, no watcher", async () => {
  const { rig, taken, kept } = await rigThatGoesOn();
  rig.watch(taken);
  await rig.ask(taken, { type: "SetAlarm", dueAtMs: rig.clock.nowMs() + 2_000 });
  rig.send(taken, { type: "CallOut", text: "hello" });
  await rig.clock.settle();
  await rig.journal.claim([0], "successor");
  await rig.clock.advance(1_500);
  const segments = rig.journal.segments(0).length;
  rig.client.items.length = 0;
  await rig.clock.advance(60_000);
  await rig.ask(kept, ADD);
  expect(rig.journal.segments(0)).toHaveLength(segments);
  expect(rig.lane().statistics()).toMatchObject({ timers: 0, callsPending: 0, outboxPending: 0, shards: 7 });
  expect(rig.client.views(0)).toEqual([]);
  expect(rig.faults).toEqual([]);
});

test("an idle lane learns of its loss within a second; one that has lost all its shards can adopt others", async () => {
  const { rig, lost, taken } = await rigThatGoesOn();
  await rig.journal.claim([0, ...REST], "successor");
  await rig.clock.advance(1_000);
  expect(lost).toEqual([[0, ...REST]]);
  expect([rig.lane().state, rig.lane().shards]).toEqual(["serving", []]);
  await rig.clock.advance(5_000);
  await begin(rig, rig.lane().adopt([0]));
  expect(await rig.ask(taken, ADD)).toEqual(done({ total: 1 }));
  expect(rig.faults).toEqual([]);
});

test("a shard that is lost while the lane lets go of it is gone, and one lost while it is read is not served", async () => {
  const { rig, lost, taken, kept } = await rigThatGoesOn();
  rig.journal.hold();
  const inFlight = rig.send(taken, ADD);
  await rig.clock.settle();
  const gone = await begin(rig, rig.lane().letGo([0]));
  await rig.journal.claim([0], "successor");
  rig.journal.release();
  await rig.clock.settle();
  expect([gone(), rig.answer(inFlight), lost]).toEqual([true, UNKNOWN, [[0]]]);

  const { journal } = rig;
  const read = journal.read.bind(journal);
  journal.read = async function* stolen(shard, afterSeq) {
    await journal.claim([shard], "successor");
    yield* read(shard, afterSeq);
  };
  const failed = rig.lane().adopt([0]);
  await rig.clock.settle();
  expect((await failed).unread).toEqual([
    { shard: 0, why: "another owner has taken shard 0 over while it was read" },
  ]);
  expect(rig.lane().shards).toEqual(REST);
  expect(await rig.ask(kept, ADD)).toEqual(done({ total: 1 }));
});

test("a lane whose journal is away when it was fenced tells nobody anything until it knows what it has lost", async () => {
  const { rig, lost, taken, kept } = await rigThatGoesOn();
  await rig.journal.claim([0], "successor");
  rig.journal.hold();
  const fenced = rig.send(taken, ADD);
  await rig.clock.settle();
  const open = rig.send(kept, ADD);
  await rig.clock.settle();
  rig.journal.claimFault = new Error("the database is away");
  rig.journal.release();
  await rig.clock.advance(700);
  expect([rig.answer(fenced), rig.answer(open), lost]).toEqual([undefined, undefined, []]);
  rig.journal.claimFault = undefined;
  await rig.clock.advance(2_000);
  expect([rig.answer(fenced), rig.answer(open), lost]).toEqual([UNKNOWN, UNKNOWN, [[0]]]);
  expect(await rig.ask(kept, ADD)).toEqual(done({ total: 1 }));
});

test("a lane does not take what it has let go of for a loss, also when the journal was asked before", async () => {
  const { rig, lost } = await rigThatGoesOn();
  const { journal } = rig;
  const confirm = journal.confirm.bind(journal);
  journal.confirm = async (...asked) => {
    journal.confirm = confirm;
    await rig.lane().letGo([0]);
    await journal.claim([0], "successor");
    return confirm(...asked);
  };
  await rig.clock.advance(3_000);
  expect([lost, rig.lane().state, rig.lane().statistics().recoveries]).toEqual([[], "serving", 0]);
  expect(await rig.ask(rig.actorIn(1), ADD)).toEqual(done({ total: 1 }));
});

/** The journal shows all of a shard, and only ends when it is let. Returns what lets it. */
function holdReading(rig: LaneRig): () => void {
  const { journal } = rig;
  const read = journal.read.bind(journal);
  const { promise, resolve } = Promise.withResolvers<void>();
  journal.read = async function* slow(...asked) {
    yield* read(...asked);
    await promise;
  };
  return resolve;
}

test("a shard that took long to read is not spoken for before the journal has confirmed that it still is the lane's", async () => {
  const { rig, lost, taken, kept } = await rigThatGoesOn();
  await rig.ask(taken, ADD);
  await begin(rig, rig.lane().letGo([0]));
  const end = holdReading(rig);
  await begin(rig, rig.lane().adopt([0]));
  const read = rig.sendRead(taken);
  // Its other shards are confirmed all the while.
  await rig.clock.advance(5_000);
  await rig.journal.claim([0], "successor");
  end();
  await rig.clock.settle();
  expect(rig.client.views(read)).toEqual([]);
  expect([lost, moved(rig)]).toEqual([[[0]], [[MOVED, read, 0]]]);
  expect(await rig.view(kept)).toBeNull();
});

test("a confirmation that was asked for before a shard came does not count for it", async () => {
  const { rig, taken } = await rigThatGoesOn();
  await rig.ask(taken, ADD);
  await begin(rig, rig.lane().letGo([0]));
  const end = holdReading(rig);
  await begin(rig, rig.lane().adopt([0]));
  await rig.clock.advance(1_500);
  rig.journal.holdConfirmations();
  await rig.clock.advance(600);
  expect(rig.journal.heldConfirmations).toBe(1);
  await rig.journal.claim([0], "successor");
  end();
  await rig.clock.settle();
  const read = rig.sendRead(taken);
  await rig.clock.settle();
  rig.journal.releaseConfirmations();
  await rig.clock.settle();
  expect([rig.client.views(read), moved(rig)]).toEqual([[], [[MOVED, read, 0]]]);
});
