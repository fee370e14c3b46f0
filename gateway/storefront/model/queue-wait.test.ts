import { expect, test } from "bun:test";
import { steadyWaitStep, waitStep, waitText } from "./queue-wait.ts";

const MINUTE_MS = 60_000;

test.each([
  [0, "less than a minute"],
  [MINUTE_MS + 1, "about 2 minutes"],
  [7 * MINUTE_MS, "about 8 minutes"],
  [26 * MINUTE_MS, "about 30 minutes"],
  [55 * MINUTE_MS, "about an hour"],
  [61 * MINUTE_MS, "about an hour and a half"],
  [100 * MINUTE_MS, "about 2 hours"],
  [13 * 60 * MINUTE_MS, "more than 12 hours"],
])("a wait of %d ms is told as %s", (leftMs, text) => {
  expect(waitText(waitStep(leftMs))).toBe(text);
});

test("what is told of a wait goes down step by step, and not to and fro where it wavers", () => {
  let told: number | undefined;
  const texts: string[] = [];
  for (let leftMs = 6 * MINUTE_MS; leftMs >= 0; leftMs -= 1_000) {
    // Clocks are set, and rates change a little.
    for (const wavering of [leftMs * 0.96, leftMs * 1.04]) {
      told = steadyWaitStep(wavering, told);
      if (texts.at(-1) !== waitText(told)) texts.push(waitText(told));
    }
  }
  expect(texts).toEqual([
    "about 6 minutes",
    "about 5 minutes",
    "about 4 minutes",
    "about 3 minutes",
    "about 2 minutes",
    "less than a minute",
  ]);
});

test("a wait that has changed for good is told as it is", () => {
  expect(steadyWaitStep(4 * MINUTE_MS, 30)).toBe(4);
  expect(steadyWaitStep(50 * MINUTE_MS, 4)).toBe(50);
});
