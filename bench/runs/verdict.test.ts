import { expect, test } from "bun:test";
import type { RunReconciliation, RunResult } from "./run-result.ts";
import { exitCodeOf } from "./verdict.ts";
import { testResult } from "./testing/result.ts";

const met = {
  measure: "orders",
  comparison: ">",
  limit: 1,
  phase: undefined,
  measured: 9,
  isMet: true,
} as const;
const broken = { ...met, measured: 0, isMet: false };

function withWord(changes: Partial<RunReconciliation>): RunResult {
  const { reconciliation } = testResult();
  if (reconciliation === null) throw new Error("the test's result has a reconciliation");
  return testResult({ reconciliation: { ...reconciliation, ...changes } });
}

test("a run whose shop kept its word within all thresholds ends with 0", () => {
  expect(exitCodeOf(testResult({ thresholds: [met] }))).toBe(0);
});

test("one broken threshold ends it with 99", () => {
  expect(exitCodeOf(testResult({ thresholds: [met, broken] }))).toBe(99);
});

test("a run that was told to end ends with 130, whatever its thresholds are", () => {
  expect(exitCodeOf(testResult({ interrupted: true, thresholds: [broken] }))).toBe(130);
});

test("a shop that broke its word, went away, or cannot be asked ends it with 1, whatever else was", () => {
  for (const changes of [{ lost: 1 }, { oversold: 1 }, { unexplained: 1 }, { contradicted: 1 }])
    expect(exitCodeOf({ ...withWord(changes), interrupted: true })).toBe(1);
  expect(exitCodeOf(testResult({ shopWentAway: true }))).toBe(1);
  expect(exitCodeOf(testResult({ reconciliation: null, thresholds: [broken] }))).toBe(1);
});
