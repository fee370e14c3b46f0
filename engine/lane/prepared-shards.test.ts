import { expect, test } from "bun:test";
import type { Claim, Segment } from "../ports/journal.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ScriptedJournal } from "../testing/scripted-journal.ts";
import { ScriptedSnapshots } from "../testing/scripted-snapshots.ts";
import { tallyDecider } from "../testing/tally.ts";
import { defaultLaneLimits } from "./limits.ts";
import { KnownActors } from "./known-actors.ts";
import { PreparedShards } from "./prepared-shards.ts";
import { Shard } from "./shard.ts";

const FAULT = new Error("the segment is damaged");

/** Shards 0 and 2 of another owner, whose journals a test can hold back or damage. Each has a claim and so many other segments. */
async function setUp(length = 0) {
  const clock = new ManualClock();
  const log = new CollectingLog();
  const journal = new ScriptedJournal(clock);
  const snapshots = new ScriptedSnapshots();
  const claims = await journal.claim([0, 2], "another");
  for (let distance = 1; distance <= length; distance += 1)
    await journal.append(claims.map((claim) => segmentAfter(claim, distance)));
  const damaged = new Set<number>();
  const gates = new Map<number, Promise<void>>();
  const reads: number[] = [];
  let pages = 0;
  const reading = journal.read.bind(journal);
  journal.read = async function* read(shard, afterSeq, piece): AsyncIterable<readonly Segment[]> {
    reads.push(shard);
    await gates.get(shard);
    if (damaged.has(shard)) throw FAULT;
    for await (const page of reading(shard, afterSeq, piece)) {
      pages += 1;
      yield page;
    }
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
      snapshots,
      log,
      deciders: new Map([["tally", tallyDecider()]]),
      settledKeysMax: 10,
      timerWindowLength: 10,
      rebuild: async () => undefined,
    },
    clock,
    log,
    limits: { ...defaultLaneLimits, readAheadShardsMax: 2, preparedForMs: 1_000 },
  });
  const read = async (shards: readonly number[]): Promise<ReadonlyMap<number, unknown>> => {
    const faults = prepared.read(shards);
    await clock.settle();
    return faults;
  };
  return { clock, snapshots, prepared, read, damaged, reads, hold, pages: () => pages };
}

function segmentAfter({ shard, epoch, seq }: Claim, distance: number): Segment {
  const body = { atMs: 1, actors: [], sent: [], delivered: [], received: [], called: [], answered: [] };
  return { shard, epoch, seq: seq + distance, batchId: `batch ${distance}`, body };
}

/** Stores a checkpoint that knows one actor. */
async function saveCheckpoint(snapshots: ScriptedSnapshots, shard: number): Promise<void> {
  const memory = new Shard({ shard, epoch: 1, seq: 3 }, 1).captureMemory();
  const known = new KnownActors();
  known.add("shop/tally/T1");
  await snapshots.save({ shard, seq: 3, memory, known: known.takeChanged() }, []);
}

/** From now on the turns of the event loop come when a test wants them. */
function turnsByHand(clock: ManualClock): {
  readonly waiting: () => number;
  readonly turn: () => Promise<void>;
} {
  const tasks: (() => void)[] = [];
  clock.soon = (task) => tasks.push(task);
  const turn = async (): Promise<void> => {
    tasks.shift()?.();
    await clock.settle();
  };
  return { waiting: () => tasks.length, turn };
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

test("a clock that is set back keeps no shard in memory for longer", async () => {
  const { clock, prepared, read } = await setUp();
  await read([0, 2]);
  clock.setBack(3_600_000);
  expect(prepared.expire()).toEqual([]);
  await clock.advance(1_001);
  expect(prepared.expire()).toEqual([0, 2]);
});

test("a shard that cannot be read is named and not kept, and the others are", async () => {
  const { prepared, read, damaged } = await setUp();
  damaged.add(2);
  expect([...(await read([0, 2]))]).toEqual([[2, FAULT]]);
  expect([prepared.has(0), prepared.has(2)]).toEqual([true, false]);
});

test("a shard that could not be read is read when it is asked for again, and fails again while it is damaged", async () => {
  const { prepared, read, damaged, reads } = await setUp();
  damaged.add(0);
  await read([0]);
  expect((await read([0])).has(0)).toBe(true);
  damaged.clear();
  expect((await read([0])).size).toBe(0);
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
  await clock.settle();
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
  const { clock, prepared, read } = await setUp();
  await read([0]);
  await clock.advance(600);
  await read([2]);
  await clock.advance(600);
  expect(prepared.expire()).toEqual([0]);
  expect([prepared.has(0), prepared.has(2)]).toEqual([false, true]);
});

test("a shard is read ahead in pieces, each in a turn of the event loop of its own", async () => {
  const { clock, prepared, pages } = await setUp(8);
  const { waiting, turn } = turnsByHand(clock);
  const read = prepared.read([0]);
  await clock.settle();
  for (const done of [0, 1, 2]) {
    expect([pages(), waiting()]).toEqual([done, 1]);
    await turn();
  }
  expect(waiting()).toBe(0);
  expect((await read).size).toBe(0);
  expect((await prepared.take([0])).get(0)?.lastSeq).toBe(9);
});

test("a shard that is taken over while it is read in pieces goes on in one go", async () => {
  const { clock, prepared, pages, reads } = await setUp(8);
  const { waiting, turn } = turnsByHand(clock);
  const read = prepared.read([0]);
  await clock.settle();
  await turn();
  expect(pages()).toBe(1);
  const taken = prepared.take([0]);
  expect((await taken).get(0)?.lastSeq).toBe(9);
  // A turn was asked for when nobody had taken it.
  expect([(await read).size, waiting()]).toEqual([0, 1]);
  // The pages of the first one would be small ones.
  expect(reads).toEqual([0, 0]);
});

test("a shard that is taken over before its turn has come waits for none that is read ahead", async () => {
  const { clock, prepared, reads, hold } = await setUp();
  hold(0);
  hold(2);
  void prepared.read([0, 2, 4]);
  await clock.settle();
  expect(reads).toEqual([0, 2]);
  expect((await prepared.take([4])).size).toBe(1);
  expect(reads).toEqual([0, 2, 4]);
});

test("shards are begun when their turn to be read comes, and one checkpoint is decoded in each turn of the event loop", async () => {
  const { clock, snapshots, prepared } = await setUp(5);
  for (const shard of [0, 2, 4]) await saveCheckpoint(snapshots, shard);
  const asked: number[] = [];
  const decoded: number[] = [];
  const checkpoints = snapshots.checkpoints.bind(snapshots);
  snapshots.checkpoints = async (...given) => {
    asked.push(...given[0]);
    const found = await checkpoints(...given);
    decoded.push(...found.map(({ shard }) => shard));
    return found;
  };
  const { turn } = turnsByHand(clock);
  void prepared.read([0, 2, 4]);
  await clock.settle();
  expect([asked, decoded]).toEqual([[0, 2], []]);
  await turn();
  expect(decoded).toEqual([0]);
  await turn();
  expect([asked, decoded]).toEqual([
    [0, 2],
    [0, 2],
  ]);
});

test("a read that hangs is not waited for any more once its shard is not wanted, and can be asked for again", async () => {
  const { clock, prepared, read, hold, reads } = await setUp();
  hold(0);
  const hanging = prepared.read([0]);
  await clock.settle();
  prepared.forget(0);
  expect((await hanging).size).toBe(0);
  hold(0)();
  expect((await read([0])).size).toBe(0);
  expect([reads, prepared.has(0)]).toEqual([[0, 0], true]);
});

test("a read that is not wanted any more ends with its piece", async () => {
  const { clock, prepared, pages } = await setUp(8);
  const { waiting, turn } = turnsByHand(clock);
  const read = prepared.read([0, 2]);
  await clock.settle();
  prepared.forget(0);
  await clock.advance(1_500);
  expect(prepared.expire()).toEqual([2]);
  while (waiting() > 0) await turn();
  expect([pages(), (await read).size]).toEqual([2, 0]);
});

test("a checkpoint is decoded in a piece of its own, and what it knows taken in in another one", async () => {
  const { clock, snapshots, prepared, pages } = await setUp(5);
  await saveCheckpoint(snapshots, 0);
  const { turn } = turnsByHand(clock);
  void prepared.read([0]);
  await clock.settle();
  for (const step of ["decoded", "taken in"]) {
    await turn();
    expect([step, pages()]).toEqual([step, 0]);
  }
  await turn();
  expect(pages()).toBe(1);
  const tail = (await prepared.take([0])).get(0);
  expect([tail?.lastSeq, tail?.shard.known.has("shop/tally/T1")]).toEqual([6, true]);
});
