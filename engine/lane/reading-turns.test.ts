import { expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { Reading, ReadingTurns } from "./reading-turns.ts";

// As many as may be read in one turn of the event loop.
const TURN_BYTES = 16_384;

/** Shards that are read until a test ends that, by name. */
function setUp() {
  const clock = new ManualClock();
  const turns = new ReadingTurns(clock, { readAheadShardsMax: 2 });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string): Reading => {
    const reading = new Reading(turns);
    void reading.run(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
    return reading;
  };
  return { clock, turns, begun, begin, end: (name: string) => ends.get(name)?.() };
}

/** What a lane does beside reading: something in each of the next turns of the event loop. */
function serveInTurns(clock: ManualClock, turns: number, serve: () => void): void {
  if (turns === 0) return;
  clock.soon(() => {
    serve();
    serveInTurns(clock, turns - 1, serve);
  });
}

test("few shards are read at a time, in the order in which they ask", async () => {
  const { clock, begun, begin, end } = setUp();
  for (const name of ["a", "b", "c", "d"]) begin(name);
  await clock.settle();
  expect(begun).toEqual(["a", "b"]);
  end("b");
  await clock.settle();
  expect(begun).toEqual(["a", "b", "c"]);
});

test("a shard that is taken over waits for none that is read ahead, and holds none up", async () => {
  const { clock, begun, begin } = setUp();
  const readings = ["a", "b", "c", "d"].map(begin);
  readings[3]?.hurry();
  await clock.settle();
  expect(begun).toEqual(["a", "b", "d"]);
  // It may take as long as it likes.
  readings[0]?.hurry();
  await clock.settle();
  expect(begun).toEqual(["a", "b", "d", "c"]);
});

test("a read that hangs and is not wanted any more leaves its place to another one", async () => {
  const { clock, begun, begin } = setUp();
  const [hanging] = ["a", "b", "c"].map(begin);
  hanging?.drop();
  await clock.settle();
  expect(begun).toEqual(["a", "b", "c"]);
});

test("one piece is done in each turn of the event loop, over all shards, and what else there is has its turns in between", async () => {
  const { clock, turns } = setUp();
  const done: string[] = [];
  const readPieces = async (name: string): Promise<void> => {
    const reading = new Reading(turns);
    for (const piece of [1, 2, 3]) {
      await reading.piece(TURN_BYTES);
      done.push(`${name}${piece}`);
    }
  };
  void readPieces("a");
  void readPieces("b");
  serveInTurns(clock, 6, () => done.push("served"));
  await clock.settle();
  expect(done).toEqual(["a1", "b1", "a2", "b2", "a3", "b3"].flatMap((piece) => [piece, "served"]));
});

test("a shard that is taken over has no turns to wait for", async () => {
  const { clock, turns } = setUp();
  let turnsTaken = 0;
  clock.soon = () => (turnsTaken += 1);
  const reading = new Reading(turns);
  reading.hurry();
  for (let piece = 0; piece < 3; piece += 1) await reading.piece(TURN_BYTES);
  expect(turnsTaken).toBe(0);
});

test("a piece that waits for its turn is done at once when its shard is taken over, and those behind it keep their order", async () => {
  const { clock, turns } = setUp();
  const done: string[] = [];
  const [first, taken, last] = ["first", "taken", "last"].map((name) => {
    const reading = new Reading(turns);
    void reading.piece(TURN_BYTES).then(() => done.push(name));
    return reading;
  });
  taken?.hurry();
  await Promise.resolve();
  expect(done).toEqual(["taken"]);
  await clock.settle();
  expect(done).toEqual(["taken", "first", "last"]);
  expect([first?.urgency, last?.urgency]).toEqual(["later", "later"]);
});

test("pieces that are small together are done in one turn, in their order, and one that is too large has its own", async () => {
  const { clock, turns } = setUp();
  const done: (number | "served")[] = [];
  for (const bytes of [6_000, 10_000, 385, 0, 100_000, 1]) {
    void new Reading(turns).piece(bytes).then(() => done.push(bytes));
  }
  serveInTurns(clock, 4, () => done.push("served"));
  await clock.settle();
  expect(done).toEqual([6_000, 10_000, "served", 385, 0, "served", 100_000, "served", 1, "served"]);
});
