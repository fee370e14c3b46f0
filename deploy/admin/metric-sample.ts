import type { HistogramData } from "../../engine/statistics/histogram.ts";

const MS_PER_SECOND = 1_000;

/** One number, or one histogram, of one thread: plain data, so that it can cross threads. */
export type MetricSample = NumberSample | HistogramSample;

interface SampleIdentity {
  /** Prometheus name: `stampede_`, what is counted, the base unit, and `_total` for counters. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Tells samples of one name apart. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A counter only grows until the process ends; a gauge goes up and down. */
export interface NumberSample extends SampleIdentity {
  readonly type: "counter" | "gauge";
  readonly value: number;
}

/** Counts of values by upper bound. */
export interface HistogramSample extends SampleIdentity {
  readonly type: "histogram";
  /** Rising upper bounds, inclusive. */
  readonly bounds: readonly number[];
  /** Number of values per bound, not cumulated; one more than bounds, for the values above all of them. */
  readonly counts: readonly number[];
  /** Sum of all values. */
  readonly sum: number;
}

/** Makes a sample of each entry of a record whose keys are the values of one label. */
export function samplesByLabel(
  label: string,
  values: Readonly<Record<string, number>>,
  sample: Omit<NumberSample, "value">,
): NumberSample[] {
  return Object.entries(values).map(([key, value]) => ({
    ...sample,
    labels: { ...sample.labels, [label]: key },
    value,
  }));
}

/** A histogram of milliseconds in seconds, the unit of Prometheus. */
export function inSeconds({ bounds, counts, sum }: HistogramData): HistogramData {
  return { bounds: bounds.map((bound) => bound / MS_PER_SECOND), counts, sum: sum / MS_PER_SECOND };
}
