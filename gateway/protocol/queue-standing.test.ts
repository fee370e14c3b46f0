import { expect, test } from "bun:test";
import { letInCount, standingOf, wasLetIn } from "./queue-standing.ts";
import type { QueueView } from "./views.ts";

const START_MS = 1_000_000;
const line = { base: 0, sinceMs: START_MS, perMinute: 60, passed: 0 };
const queue: QueueView = {
  sale: "drop",
  opensAtMs: 0,
  startsAtMs: START_MS,
  endsAtMs: START_MS + 3_600_000,
  admissionMs: 10_000,
  issued: 100,
  shuffle: { size: 0, seed: 1 },
  line,
};

test("before the start nobody has a place", () => {
  const gathering = { ...queue, shuffle: null };
  expect(standingOf(gathering, 7, START_MS)).toEqual({ type: "gathering", startsAtMs: START_MS });
  expect(letInCount(gathering, START_MS)).toBe(0);
});

test("whoever waits knows how many are ahead, and when the turn comes", () => {
  expect(standingOf(queue, 9, START_MS)).toEqual({ type: "waiting", ahead: 9, turnAtMs: START_MS + 10_000 });
  expect(standingOf(queue, 9, START_MS + 4_000)).toMatchObject({ ahead: 5, turnAtMs: START_MS + 10_000 });
  expect(standingOf(queue, 9, START_MS + 9_999)).toMatchObject({ type: "waiting", ahead: 0 });
});

test("a turn lasts as long as it shall, and no longer than the sale", () => {
  const turnMs = START_MS + 10_000;
  expect(standingOf(queue, 9, turnMs)).toEqual({ type: "let_in", untilMs: turnMs + 10_000 });
  expect(standingOf(queue, 9, turnMs + 10_000)).toEqual({ type: "passed" });
  expect(standingOf({ ...queue, endsAtMs: turnMs + 5 }, 9, turnMs)).toEqual({
    type: "let_in",
    untilMs: turnMs + 5,
  });
  expect(standingOf(queue, 9, queue.endsAtMs)).toEqual({ type: "over" });
});

test("nobody has a turn while nobody is let in, but for those who were", () => {
  const paused = { ...queue, line: { base: 5, sinceMs: START_MS, perMinute: 0, passed: 2 } };
  expect(standingOf(paused, 5, START_MS + 1)).toEqual({ type: "waiting", ahead: 0, turnAtMs: null });
  expect(standingOf(paused, 4, START_MS + 1)).toMatchObject({ type: "let_in" });
  expect(standingOf(paused, 1, START_MS + 1)).toEqual({ type: "passed" });
});

test("who was let in stays so where the clock is behind the one by which the line began anew", () => {
  const anew = { ...queue, line: { ...line, base: 5 } };
  expect(standingOf(anew, 4, START_MS - 300)).toEqual({ type: "let_in", untilMs: START_MS + 10_000 });
  expect(standingOf(anew, 5, START_MS - 300)).toMatchObject({ type: "waiting", ahead: 0 });
});

test("after the end it is still known who was let in", () => {
  const endsAtMs = START_MS + 10_000;
  const ended = { ...queue, endsAtMs, line: { ...line, passed: 2 } };
  expect([0, 2, 9, 10].map((number) => wasLetIn(ended, number))).toEqual([true, true, true, false]);
  expect(wasLetIn({ ...ended, shuffle: null }, 0)).toBe(false);
});

test("nobody is let in who has not come", () => {
  expect(letInCount(queue, START_MS + 40_500)).toBe(40);
  expect(letInCount(queue, START_MS + 400_000)).toBe(100);
});
