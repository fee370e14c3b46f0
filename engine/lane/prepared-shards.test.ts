import { expect, test } from "bun:test";
import type { Segment } from "../ports/journal.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ScriptedJournal } from "../testing/scripted-journal.ts";
import { ScriptedSnapshots } from "../testing/scripted-snapshots.ts";
import { tallyDecider } from "../testing/tally.ts";
import { defaultLaneLimits } from "./limits.ts";
import { PreparedShards } from "./prepared-shards.ts";

const FAULT = new Error("the segment is damaged");

/** Shards 0 and 2 of another owner, whose journals a test can hold back or damage. */
async function setUp() {
  const clock = new ManualClock();
  const log = new CollectingLog();
  const journal = new ScriptedJournal(clock);
  await journal.claim([0, 2], "another");
  const damaged = new Set<number>();
  const gates = new Map<number, Promise<void>>();
  const reads: number[] = [];
  const reading = journal.read.bind(journal);
  journal.read = async function* read(shard, afterSeq): AsyncIterable<readonly Segment[]> {
    reads.push(shard);
    await gates.get(shard);
    if (damaged.has(shard)) throw FAULT;
    yield* reading(shard, afterSeq);
  };
  const hold = (shard: number): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.set(shard, promise);
    return resolve;
  };
  const prepared = new PreparedShards({
    lane: 1,
    sources: {
      journal,
      snapshots: new ScriptedSnapshots(),
      log,
      deciders: new Map([["tally", tallyDecider()]]),
      settledKeysMax: 10,
      timerWindowLength: 10,
      rebuild: async () => undefined,
    },
    clock,
    log,
    limits: { ...defaultLaneLimits, preparedForMs: 1_000 },
  });
  return { clock, prepared, damaged, reads, hold };
}

test("a shard that is taken while it is read is not there for anybody else to read on", async () => {
  const { clock, prepared, hold } = await setUp();
  const release = hold(0);
  const read = prepared.read([0, 2]);
  await clock.settle();
  const taken = prepared.take([2, 0]);
  expect([prepared.has(0), prepared.has(2)]).toEqual([false, false]);
  release();
  expect([...(await taken).keys()]).toEqual([2, 0]);
  expect((await read).size).toBe(0);
});

test("a shard that cannot be read is named and not kept, and the others are", async () => {
  const { prepared, damaged } = await setUp();
  damaged.add(2);
  expect([...(await prepared.read([0, 2]))]).toEqual([[2, FAULT]]);
  expect([prepared.has(0), prepared.has(2)]).toEqual([true, false]);
});

test("a shard that could not be read is read when it is asked for again, and fails again while it is damaged", async () => {
  const { prepared, damaged, reads } = await setUp();
  damaged.add(0);
  await prepared.read([0]);
  expect((await prepared.read([0])).has(0)).toBe(true);
  damaged.clear();
  expect((await prepared.read([0])).size).toBe(0);
  expect(reads).toEqual([0, 0, 0]);
  expect([...(await prepared.take([0])).keys()]).toEqual([0]);
});

test("whoever asks for a shard while it fails to be read reads it anew", async () => {
  const { clock, prepared, damaged, hold } = await setUp();
  const release = hold(0);
  damaged.add(0);
  const first = prepared.read([0]);
  await clock.settle();
  const second = prepared.read([0]);
  release();
  // The second one keeps it: a failure of the first one is not to send back what comes for it.
  expect((await first).size).toBe(0);
  expect((await second).has(0)).toBe(true);
  damaged.clear();
  const [third, fourth] = [prepared.read([0]), prepared.read([0])];
  expect([(await third).size, (await fourth).size]).toEqual([0, 0]);
});

test("a read that fails after its shard was taken or forgotten says nothing of it", async () => {
  const { clock, prepared, damaged, hold } = await setUp();
  const [release, releaseOther] = [hold(0), hold(2)];
  damaged.add(0).add(2);
  const read = prepared.read([0, 2]);
  await clock.settle();
  const taken = prepared.take([0]);
  prepared.forget(2);
  release();
  releaseOther();
  expect([(await read).size, (await taken).size]).toEqual([0, 0]);
});

test("what was prepared is kept for its time", async () => {
  const { clock, prepared } = await setUp();
  await prepared.read([0]);
  await clock.advance(600);
  await prepared.read([2]);
  await clock.advance(600);
  expect(prepared.expire()).toEqual([0]);
  expect([prepared.has(0), prepared.has(2)]).toEqual([false, true]);
});
