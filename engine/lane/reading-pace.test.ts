import { expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { ReadingPace } from "./reading-pace.ts";

/** 50 segments in 2 ms, and who has had a turn. */
function setUp() {
  const clock = new ManualClock();
  const pace = new ReadingPace(clock, { readAheadSegments: 50, readAheadEveryMs: 2 });
  const taken: string[] = [];
  const ask = (name: string, segments: number): void =>
    void pace.turn(segments).then(() => void taken.push(name));
  return { clock, taken, ask };
}

test("a little is read at once, and more than that a piece at a time, in the order in which it is asked for", async () => {
  const { clock, taken, ask } = setUp();
  for (const name of ["a", "b", "c"]) ask(name, 20);
  for (const name of ["d", "e"]) ask(name, 50);
  await clock.settle();
  expect(taken).toEqual(["a", "b", "c"]);
  await clock.advance(1);
  expect(taken).toEqual(["a", "b", "c"]);
  await clock.advance(1);
  expect(taken).toEqual(["a", "b", "c", "d"]);
  await clock.advance(2);
  expect(taken).toEqual(["a", "b", "c", "d", "e"]);
});

test("a piece that is larger than any is read all the same", async () => {
  const { clock, taken, ask } = setUp();
  ask("a", 500);
  ask("b", 1);
  await clock.settle();
  expect(taken).toEqual(["a"]);
  await clock.advance(2);
  expect(taken).toEqual(["a", "b"]);
});

test("who has read nothing for a while may read at once, and leaves nothing planned behind", async () => {
  const { clock, taken, ask } = setUp();
  ask("a", 50);
  await clock.advance(10);
  expect(clock.plannedCount).toBe(0);
  ask("b", 50);
  await clock.settle();
  expect(taken).toEqual(["a", "b"]);
});
