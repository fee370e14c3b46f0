import { expect, test } from "bun:test";
import { TimerHeap } from "./timer-heap.ts";

test("actors are due in the order of their times", () => {
  const timers = new TimerHeap();
  const dueTimes = Array.from({ length: 500 }, (_, index) => (index * 7919) % 1_000);
  for (const [index, dueAtMs] of dueTimes.entries()) timers.schedule(`a${index}`, dueAtMs);
  const taken: string[] = [];
  for (let nowMs = 0; nowMs < 1_000; nowMs += 10) {
    const due = timers.takeDue(nowMs);
    for (const name of due) expect(dueTimes[Number(name.slice(1))]).toBeLessThanOrEqual(nowMs);
    taken.push(...due);
    expect(timers.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(nowMs);
  }
  taken.push(...timers.takeDue(1_000));
  expect(new Set(taken).size).toBe(500);
  expect(taken.length).toBe(500);
});

test("an actor that asks for an earlier time is taken once, then", () => {
  const timers = new TimerHeap();
  timers.schedule("a", 100);
  timers.schedule("a", 50);
  expect(timers.nextDueAtMs).toBe(50);
  expect(timers.takeDue(60)).toEqual(["a"]);
  expect(timers.takeDue(200)).toEqual([]);
});

test("an actor that asks for a later time is taken at the earlier one", () => {
  const timers = new TimerHeap();
  timers.schedule("a", 50);
  timers.schedule("a", 100);
  expect(timers.takeDue(50)).toEqual(["a"]);
  expect(timers.nextDueAtMs).toBeUndefined();
});

test("an actor that asks for the same time again after it was taken is taken once more", () => {
  const timers = new TimerHeap();
  timers.schedule("a", 100);
  timers.schedule("a", 50);
  expect(timers.takeDue(50)).toEqual(["a"]);
  timers.schedule("a", 100);
  expect(timers.takeDue(100)).toEqual(["a"]);
});

test("what is left to the store is never counted as read from it", () => {
  const heap = new TimerHeap();
  heap.take({ shard: 0, timers: [], untilMs: 10 });
  // Actors in memory are known beyond the window, and leave.
  for (const dueAtMs of [20, 30, 40]) heap.schedule(`shop/cart/${dueAtMs}`, dueAtMs);
  heap.spill(1, () => false);
  expect([heap.length, heap.untilMs]).toEqual([0, 10]);
});
