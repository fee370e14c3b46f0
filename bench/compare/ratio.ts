import { studentTQuantile } from "./student-t.ts";

/** How many times as much B is as A, with the bounds between which it is with 95 % confidence. */
export interface RatioEstimate {
  /** Of the geometric means. */
  readonly ratio: number;
  /** Null when one side has a single value: there is nothing to tell a difference from chance by. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** The confidence of every interval. */
export const CONFIDENCE = 0.95;

// Latencies are kept to three digits: equal values may differ by that much, evenly.
const ROUNDING_VARIANCE = 0.001 ** 2 / 12;

/**
 * Compares positive values of repeated runs: Welch's t interval (B. L. Welch, "The generalization of Student's problem
 * when several different population variances are involved", Biometrika 34, 1947) for the difference of the logarithms'
 * means, which is the logarithm of the ratio. Runs have to be independent, their logarithms about normal; their variances
 * may differ.
 */
export function estimateRatio(a: readonly number[], b: readonly number[]): RatioEstimate {
  const [from, to] = [logarithms(a), logarithms(b)];
  const difference = to.mean - from.mean;
  const ratio = Math.exp(difference);
  if (a.length < 2 || b.length < 2) return { ratio, interval: null };
  const [variance, otherVariance] = [from.variance / a.length, to.variance / b.length];
  const sum = variance + otherVariance;
  const degreesOfFreedom = sum ** 2 / (variance ** 2 / (a.length - 1) + otherVariance ** 2 / (b.length - 1));
  const reach = studentTQuantile(CONFIDENCE, degreesOfFreedom) * Math.sqrt(sum);
  return { ratio, interval: { low: Math.exp(difference - reach), high: Math.exp(difference + reach) } };
}

/** The middle of positive values that ratios are taken of. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(logarithms(values).mean);
}

function logarithms(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const logs = values.map((value) => Math.log(value));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return { mean, variance: Math.max(squares / (logs.length - 1), ROUNDING_VARIANCE) };
}
