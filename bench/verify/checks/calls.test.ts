import { expect, test } from "bun:test";
import { examine, segment, violationsOf } from "../testing/planted.ts";
import { calls } from "./calls.ts";

const called = (number: number) => ({
  number,
  port: "payment",
  tenant: "main",
  kind: "order",
  id: "CART~1",
  version: 1,
  request: { type: "Void" },
});

test("calls that are answered once pass, and the others count as open", async () => {
  const segments = [
    segment(0, 1, { called: [called(1), called(2)] }),
    segment(0, 2, { called: [called(3)], answered: [2] }),
    segment(1, 1, { called: [called(1)] }),
    segment(1, 2, { answered: [1] }),
  ];
  const report = await examine(calls, segments);
  expect(report.examples).toEqual([]);
  expect([report.checked, report.open]).toEqual([4, 2]);
});

test("the open calls that wait longest are named, with what they ask for and since when", async () => {
  const call = (number: number, id: string) => ({ ...called(number), id });
  const segments = [
    segment(0, 1, { atMs: 3_000, called: [call(1, "LATE~1"), call(2, "OVER~1")] }),
    segment(0, 2, { atMs: 9_000, answered: [2] }),
    segment(1, 1, { atMs: 1_000, called: [call(1, "EARLY~1")] }),
    segment(2, 1, { atMs: 4_000, called: [1, 2, 3, 4].map((number) => call(number, `MORE~${number}`)) }),
  ];
  const { note } = await examine(calls, segments);
  expect(note).toBe(
    [
      "waiting longest: Void of main/order/EARLY~1 since 1970-01-01T00:00:01.000Z",
      "Void of main/order/LATE~1 since 1970-01-01T00:00:03.000Z",
      "Void of main/order/MORE~1 since 1970-01-01T00:00:04.000Z",
      "Void of main/order/MORE~2 since 1970-01-01T00:00:04.000Z",
      "Void of main/order/MORE~3 since 1970-01-01T00:00:04.000Z",
    ].join(", "),
  );
});

test("a gap between the numbers is found", async () => {
  expect(await violationsOf(calls, [segment(0, 1, { called: [called(2)] })])).toEqual([
    "call 2 follows number 0",
  ]);
});

test("an answer that takes effect twice is found", async () => {
  const segments = [
    segment(0, 1, { called: [called(1)] }),
    segment(0, 2, { answered: [1] }),
    segment(0, 3, { answered: [1] }),
  ];
  expect(await violationsOf(calls, segments)).toEqual(["the answer to call 1 takes effect again"]);
});

test("an answer to a call that was not durable before is found", async () => {
  const found = await violationsOf(calls, [segment(0, 1, { called: [called(1)], answered: [1] })]);
  expect(found).toEqual(["call 1 is answered, but was not placed before"]);
});
