import { expect, test } from "bun:test";
import { PauseTurns } from "./pause-turns.ts";

/** Moves that note when their turn comes. */
function setUp() {
  const turns = new PauseTurns();
  const began: string[] = [];
  const moves = new Map(["a", "b", "c"].map((name) => [name, {}]));
  const move = (name: string): object => moves.get(name) ?? {};
  const settle = async (task: Promise<void> | void): Promise<void> => {
    await Promise.race([task, Bun.sleep(0)]);
  };
  const noted = (name: string, turn: Promise<void>): Promise<void> =>
    settle(turn.then(() => void began.push(name)));
  return {
    began,
    read: (name: string) => noted(name, turns.read(move(name))),
    pause: (name: string) => noted(name, turns.pause(move(name))),
    end: (name: string) => settle(turns.end(move(name))),
  };
}

test("all moves may read ahead at once, and one at a time has clients wait, in the order in which they ask", async () => {
  const { began, read, pause, end } = setUp();
  for (const name of ["a", "b"]) await read(name);
  expect(began).toEqual(["a", "b"]);
  await end("a");
  await pause("a");
  expect(began).toEqual(["a", "b"]);
  await end("b");
  expect(began).toEqual(["a", "b", "a"]);
  await pause("b");
  await pause("c");
  await end("a");
  expect(began).toEqual(["a", "b", "a", "b"]);
});

test("nobody reads ahead while clients wait, or before those who asked earlier have had them wait", async () => {
  const { began, read, pause, end } = setUp();
  for (const name of ["a", "b"]) await pause(name);
  await read("c");
  expect(began).toEqual(["a"]);
  await end("a");
  expect(began).toEqual(["a", "b"]);
  await end("b");
  expect(began).toEqual(["a", "b", "c"]);
});

test("a move that is over before its turn came is passed over, and ends nobody else's", async () => {
  const { began, pause, end } = setUp();
  for (const name of ["a", "b", "c"]) await pause(name);
  await end("b");
  expect(began).toEqual(["a"]);
  await end("a");
  expect(began).toEqual(["a", "c"]);
});
