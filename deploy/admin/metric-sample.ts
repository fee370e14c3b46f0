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
export interface HistogramSample extends SampleIdentity, HistogramData {
  readonly type: "histogram";
}

/** How one number of some statistics is shown. */
export interface NumberMetric<Statistics> extends Pick<NumberSample, "type" | "name" | "help"> {
  readonly of: (statistics: Statistics) => number;
}

/** Makes a sample of each of these numbers. */
export function numberSamples<Statistics>(
  metrics: readonly NumberMetric<Statistics>[],
  statistics: Statistics,
  labels: NumberSample["labels"] = {},
): NumberSample[] {
  return metrics.map(({ type, name, help, of }) => ({ type, name, help, labels, value: of(statistics) }));
}

/** Shows a histogram of milliseconds in seconds, the base unit. */
export function secondsSample(
  identity: SampleIdentity,
  { bounds, counts, sum }: HistogramData,
): HistogramSample {
  const inSeconds = bounds.map((bound) => bound / MS_PER_SECOND);
  return { type: "histogram", ...identity, bounds: inSeconds, counts, sum: sum / MS_PER_SECOND };
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
