import { expect, test } from "bun:test";
import { examine, segment, violationsOf } from "../planted.ts";
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
