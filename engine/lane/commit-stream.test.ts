import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ScriptedJournal } from "../testing/scripted-journal.ts";
import { SequentialEntropy } from "../testing/sequential-entropy.ts";
import { CommitStream } from "./commit-stream.ts";
import { LaneTime } from "./lane-time.ts";
import { defaultLaneLimits } from "./limits.ts";
import { Ownership } from "./ownership.ts";
import { Roster } from "./roster.ts";
import { Shard } from "./shard.ts";
import { LaneCounters } from "./lane-counters.ts";
import { Watchers } from "./watchers.ts";

test("an idle lane commits at once", async () => {
  const rig = await new LaneRig().open();
  expect(await rig.ask(rig.actorIn(0), { type: "Add", amount: 1 })).toEqual(done({ total: 1 }));
  expect(rig.journal.appends).toBe(1);
});

test("one commit is in flight at a time, and answers leave in order", async () => {
  const rig = await new LaneRig().open();
  rig.journal.hold();
  const correlations: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    correlations.push(rig.send(rig.actorIn(count), { type: "Add", amount: 1 }));
    await rig.clock.settle();
  }
  expect(rig.journal.held).toBe(1);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.journal.appends).toBe(2);
  expect(rig.client.items.map(([, correlation]) => correlation)).toEqual(correlations);
});

test("what has nothing to store waits for the commit that it may rest on", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.journal.hold();
  rig.send(actor, { type: "Add", amount: 1 });
  await rig.clock.settle();
  const refused = rig.send(actor, { type: "AddUpTo", amount: 1, limit: 1 });
  const read = rig.sendRead(actor);
  await rig.clock.settle();
  expect(rig.journal.held).toBe(1);
  expect(rig.client.items).toEqual([]);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.answer(refused)?.type).toBe("refused");
  expect(rig.client.views(read).map(({ view }) => view)).toEqual([{ total: 1, adds: 1 }]);
  expect(rig.journal.appends).toBe(1);
});

test("what arrives while a commit is in flight goes into one next batch, over all shards", async () => {
  const rig = await new LaneRig().open();
  rig.journal.hold();
  rig.send(rig.actorIn(0), { type: "Add", amount: 1 });
  await rig.clock.settle();
  const correlations: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    correlations.push(rig.send(rig.actorIn(count % 4), { type: "Add", amount: 1 }));
    await rig.clock.advance(1);
  }
  expect(rig.journal.appends).toBe(1);
  rig.journal.release();
  await rig.clock.settle();
  expect(rig.journal.appends).toBe(2);
  expect(correlations.map((correlation) => rig.answer(correlation)?.type)).toEqual(
    Array.from({ length: 20 }, () => "done"),
  );
  const second = rig.journal
    .commits()
    .filter(({ batchId }) => batchId !== rig.journal.segments(0)[1]?.batchId);
  expect(second.map(({ shard }) => shard)).toEqual([0, 1, 2, 3]);
  expect(new Set(second.map(({ batchId }) => batchId)).size).toBe(1);
});

test("a full batch waits for the commit in flight; what is over goes into the ones after", async () => {
  const rig = await new LaneRig({ limits: { batchDecisionsMax: 4 } }).open();
  for (let count = 0; count < 10; count += 1) rig.send(rig.actorIn(0), { type: "Add", amount: 1 });
  await rig.clock.settle();
  expect(rig.journal.commits().map(({ body }) => body.actors[0]?.events.length)).toEqual([4, 4, 2]);
});

test("a full batch that needs no commit does not hold up what waits behind it", async () => {
  const rig = await new LaneRig({ limits: { batchDecisionsMax: 4 } }).open();
  const refusals = Array.from({ length: 10 }, () =>
    rig.send(rig.actorIn(0), { type: "AddUpTo", amount: 1, limit: 0 }),
  );
  await rig.clock.settle();
  expect(refusals.filter((correlation) => rig.answer(correlation)?.type === "refused").length).toBe(10);
  expect(rig.journal.appends).toBe(0);
});

test("messages between actors of a lane are decided in the batch of their cause", async () => {
  const rig = await new LaneRig().open();
  const [from, to] = [rig.actorIn(0), rig.actorIn(1)];
  expect(await rig.ask(from, { type: "AddTo", to, amount: 3 })).toEqual(done({ total: 3 }));
  expect(rig.journal.appends).toBe(1);
  expect(rig.journal.commits().flatMap(({ body }) => body.sent)).toEqual([]);
});

test("the time of the segments of a shard never falls, whatever the clock does", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), { type: "Add", amount: 1 });
  rig.clock.setBack(10_000);
  await rig.ask(rig.actorIn(0), { type: "Add", amount: 1 });
  await rig.restart();
  await rig.ask(rig.actorIn(0), { type: "Add", amount: 1 });
  const times = rig.journal.commits().map(({ body }) => body.atMs);
  expect(times).toEqual([1_000_000, 1_000_000, 1_000_000]);
  expect(await rig.view(rig.actorIn(0))).toEqual({ total: 3, adds: 3 });
});

test("a batch that cannot be sealed leaves no question behind that nobody waits for", () => {
  const clock = new ManualClock();
  const journal = new ScriptedJournal(clock);
  const base = { journal, clock, limits: defaultLaneLimits };
  const commits = new CommitStream({
    ...base,
    ownership: new Ownership({ ...base, roster: new Roster(), owner: "nobody" }),
    entropy: new SequentialEntropy(),
    time: new LaneTime(clock),
    counters: new LaneCounters(),
    watchers: new Watchers(),
    capture: () => {
      throw new Error("an actor cannot be copied");
    },
    durable: () => undefined,
    next: () => undefined,
    recover: () => undefined,
    fatal: () => undefined,
  });
  commits.batch().draft(new Shard({ shard: 0, epoch: 1, seq: 1 }, 1));
  expect(() => commits.advance()).toThrow("cannot be copied");
  expect([journal.appends, journal.confirmations]).toEqual([0, 0]);
});
