import { expect, test } from "bun:test";
import { Outbox } from "./outbox.ts";

const WINDOW = 3;

function message(toShard = 5) {
  return { toShard, tenant: "shop", kind: "cart", id: "C", version: 1, command: { type: "Hello" } };
}

function filled(count: number): Outbox {
  const outbox = new Outbox();
  for (let number = 1; number <= count; number += 1) outbox.add(message());
  outbox.markDurable(5, count);
  return outbox;
}

function sendable(outbox: Outbox, nowMs = 0): readonly number[] {
  return outbox.takeSendable(5, WINDOW, nowMs).map(({ number }) => number);
}

test("messages are numbered from 1 for each target", () => {
  const outbox = new Outbox();
  expect([
    outbox.add(message(5)).number,
    outbox.add(message(6)).number,
    outbox.add(message(5)).number,
  ]).toEqual([1, 1, 2]);
  expect(outbox.length).toBe(3);
});

test("nothing is sent before it is durable", () => {
  const outbox = new Outbox();
  outbox.add(message());
  outbox.add(message());
  expect(sendable(outbox)).toEqual([]);
  outbox.markDurable(5, 1);
  expect(sendable(outbox)).toEqual([1]);
  expect(sendable(outbox)).toEqual([]);
});

test("only a window of messages is on its way; what is delivered makes room", () => {
  const outbox = filled(5);
  expect(sendable(outbox)).toEqual([1, 2, 3]);
  expect(sendable(outbox)).toEqual([]);
  expect(outbox.delivered(5, 2, 0)).toBe(true);
  expect(sendable(outbox)).toEqual([4, 5]);
  expect(outbox.pending().map(({ number }) => number)).toEqual([3, 4, 5]);
  expect(outbox.length).toBe(3);
});

test("what was delivered already is no news", () => {
  const outbox = filled(2);
  expect(outbox.delivered(5, 2, 0)).toBe(true);
  expect(outbox.delivered(5, 2, 0)).toBe(false);
  expect(outbox.delivered(5, 1, 0)).toBe(false);
  expect(outbox.hasPending(5)).toBe(false);
});

test("without an answer all that is on its way is sent again, and not sooner", () => {
  const outbox = filled(5);
  expect(sendable(outbox, 1_000)).toEqual([1, 2, 3]);
  expect(outbox.takeStalled(500, 1_499)).toEqual([]);
  outbox.delivered(5, 1, 1_400);
  expect(sendable(outbox, 1_400)).toEqual([4]);
  expect(outbox.takeStalled(500, 1_899)).toEqual([]);
  expect(outbox.takeStalled(500, 1_900)).toEqual([5]);
  expect(sendable(outbox, 1_900)).toEqual([2, 3, 4]);
  expect(outbox.takeStalled(500, 1_901)).toEqual([]);
});

test("a restored outbox goes on with the next number and sends what is pending", () => {
  const before = filled(5);
  before.delivered(5, 3, 0);
  const after = new Outbox();
  for (const pending of before.pending()) after.restore(pending);
  for (const [toShard, number] of before.numbers()) after.restoreNumber(toShard, number);
  expect(sendable(after)).toEqual([4, 5]);
  expect(after.add(message()).number).toBe(6);
  expect(after.length).toBe(3);
});

test("a restored outbox without pending messages goes on with the next number", () => {
  const after = new Outbox();
  after.restoreNumber(5, 57);
  expect(after.add(message()).number).toBe(58);
  after.markDurable(5, 58);
  expect(sendable(after)).toEqual([58]);
});

test("a clock that is set back holds nothing up that is to be sent again", () => {
  const outbox = filled(2);
  expect(sendable(outbox, 3_600_000)).toEqual([1, 2]);
  expect(outbox.takeStalled(500, 1_000)).toEqual([5]);
  expect(sendable(outbox, 1_000)).toEqual([1, 2]);
  expect(outbox.takeStalled(500, 1_499)).toEqual([]);
  expect(outbox.takeStalled(500, 1_500)).toEqual([5]);
});

test("what is on its way to a shard that has moved is taken back, and nothing else", () => {
  const outbox = filled(2);
  expect([outbox.takeBack(5), outbox.takeBack(6)]).toEqual([false, false]);
  expect(sendable(outbox)).toEqual([1, 2]);
  expect(outbox.takeBack(5)).toBe(true);
  expect(sendable(outbox)).toEqual([1, 2]);
  outbox.delivered(5, 2, 0);
  expect(outbox.takeBack(5)).toBe(false);
});
