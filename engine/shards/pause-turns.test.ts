import { expect, test } from "bun:test";
import { PauseTurns } from "./pause-turns.ts";

/** Moves that note when their turn comes. */
function setUp(atOnceMax: number) {
  const turns = new PauseTurns(atOnceMax);
  const began: string[] = [];
  const moves = new Map(["a", "b", "c"].map((name) => [name, {}]));
  const move = (name: string): object => moves.get(name) ?? {};
  return {
    began,
    take: async (...names: readonly string[]) => {
      for (const name of names) void turns.take(move(name)).then(() => began.push(name));
      await Bun.sleep(0);
    },
    end: async (name: string) => {
      turns.end(move(name));
      await Bun.sleep(0);
    },
  };
}

test("as many moves as may have their turn at once, the others in the order in which they came", async () => {
  const { began, take, end } = setUp(1);
  await take("a", "b", "c");
  expect(began).toEqual(["a"]);
  await end("a");
  expect(began).toEqual(["a", "b"]);
  await end("b");
  expect(began).toEqual(["a", "b", "c"]);
});

test("a move that has its turn has it at once when it asks again", async () => {
  const { began, take } = setUp(1);
  await take("a", "a");
  expect(began).toEqual(["a", "a"]);
});

test("a move that is over before its turn came is passed over, and ends nobody else's", async () => {
  const { began, take, end } = setUp(1);
  await take("a", "b", "c");
  await end("b");
  expect(began).toEqual(["a"]);
  await end("a");
  expect(began).toEqual(["a", "c"]);
});
