import { CONFIDENCE, type RatioEstimate } from "../compare/ratio.ts";
import { studentTQuantile } from "../compare/student-t.ts";

/**
 * How many times as much the second of each pair is as the first: Student's t interval for the mean of the logarithms of the
 * pairs' ratios. The two of a pair were measured one right after the other, so that what the machine did at that time is in
 * both. Values have to be positive.
 */
export function pairedRatio(pairs: readonly (readonly [first: number, second: number])[]): RatioEstimate {
  const logs = pairs.map(([first, second]) => Math.log(second / first));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const ratio = Math.exp(mean);
  if (logs.length < 2) return { ratio, interval: null };
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const reach = studentTQuantile(CONFIDENCE, logs.length - 1) * Math.sqrt(variance / logs.length);
  return { ratio, interval: { low: Math.exp(mean - reach), high: Math.exp(mean + reach) } };
}
