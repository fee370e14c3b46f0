import { expect, test } from "bun:test";
import { checkThresholds, parseThreshold, thresholdText } from "./thresholds.ts";
import { testResult } from "./testing/result.ts";

const met = (...texts: readonly string[]) =>
  checkThresholds(texts.map(parseThreshold), testResult()).map(({ isMet }) => isMet);

test("a threshold is a measure, a comparison and a limit, of the run or of a phase", () => {
  expect(parseThreshold("order.p99Ms<=50")).toEqual({
    measure: "order.p99Ms",
    comparison: "<=",
    limit: 50,
    phase: undefined,
  });
  expect(parseThreshold(" the spike : refused.sold_out == 1.5e3 ")).toEqual({
    measure: "refused.sold_out",
    comparison: "==",
    limit: 1_500,
    phase: "the spike",
  });
});

test("it is written again as it is read", () => {
  for (const text of ["order.p99Ms <= 50", "spike: orders > 3"])
    expect(thresholdText(parseThreshold(text))).toBe(text);
});

test("what is no threshold is refused with an example, or with what is wrong", () => {
  for (const wrong of ["", "order.p99Ms", "order.p99Ms<=", "order.p99Ms<=fast", "<=50", "order.p99Ms=>50"])
    expect(() => parseThreshold(wrong)).toThrow("a threshold is written like order.p99Ms<=50");
  expect(() => parseThreshold("order.p98Ms<=50")).toThrow('there is no measure "order.p98Ms"');
  expect(() => parseThreshold("spike: lost==0")).toThrow("lost is known for the whole run only");
});

test("each comparison holds at its bound or does not", () => {
  expect(met("order.p99Ms<40", "order.p99Ms<=40", "order.p99Ms==40")).toEqual([false, true, true]);
  expect(met("order.p99Ms>40", "order.p99Ms>=40", "order.p99Ms==41")).toEqual([false, true, false]);
});

test("a threshold on what was not measured is broken", () => {
  expect(checkThresholds([parseThreshold("push.p99Ms<=50")], testResult())).toMatchObject([
    { measured: null, isMet: false },
  ]);
});
