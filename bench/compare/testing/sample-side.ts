import { sampleResult, stretchOf } from "../../report/testing/sample-result.ts";
import type { RunResult } from "../../runs/run-result.ts";
import type { Side } from "../side.ts";

/** A side with a complete run for each of these rates, which differ in nothing else but what is given. */
export function sampleSide(
  name: string,
  ordersPerSecond: readonly number[],
  changes: Partial<RunResult> = {},
): Side {
  const runs = ordersPerSecond.map((rate, at) => ({
    path: `${name}-${at + 1}/result.json`,
    result: sampleResult({ runId: `r-${name}-${at + 1}`, whole: stretchOf(8, rate, 12), ...changes }),
  }));
  return { name, runs };
}
