import type { Threshold } from "../scenario/scenario.ts";
import { measured, measureFault, type Measured } from "./measures.ts";
import type { ThresholdResult } from "./run-result.ts";

/** A threshold as people write it: `order.p99Ms<=50`, or `spike: order.p99Ms <= 50` for the phase `spike`. */
const THRESHOLD =
  /^(?:(?<phase>[^:<>=]+):)?(?<measure>[^:<>=]+)(?<comparison><=|>=|==|<|>)(?<limit>[^<>=]+)$/;

/** Somebody wrote a threshold that is none. */
export class ThresholdFault extends Error {
  override readonly name = "ThresholdFault";
}

/** Reads a threshold, such as `order.p99Ms<=50`. @throws {ThresholdFault} that says what is wrong. */
export function parseThreshold(text: string): Threshold {
  const groups = THRESHOLD.exec(text.trim())?.groups;
  const limit = Number((groups?.["limit"] ?? "").trim() || "none");
  if (groups === undefined || !Number.isFinite(limit)) {
    const example = "order.p99Ms<=50, or spike: order.p99Ms<=50 for one phase";
    throw new ThresholdFault(`a threshold is written like ${example}; this one is ${JSON.stringify(text)}`);
  }
  const phase = groups["phase"]?.trim();
  const measure = (groups["measure"] ?? "").trim();
  const fault = measureFault(measure, phase);
  if (fault !== undefined) throw new ThresholdFault(fault);
  return { measure, comparison: groups["comparison"] as Threshold["comparison"], limit, phase };
}

/** A threshold as people write it. */
export function thresholdText({ measure, comparison, limit, phase }: Threshold): string {
  return `${phase === undefined ? "" : `${phase}: `}${measure} ${comparison} ${limit}`;
}

/** Holds thresholds against what was measured. */
export function checkThresholds(thresholds: readonly Threshold[], run: Measured): readonly ThresholdResult[] {
  return thresholds.map((threshold) => {
    const value = measured(run, threshold.measure, threshold.phase);
    return { ...threshold, measured: value, isMet: value !== null && isMet(value, threshold) };
  });
}

function isMet(value: number, { comparison, limit }: Threshold): boolean {
  switch (comparison) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "==":
      return value === limit;
  }
}
