import { build, type Histogram } from "hdr-histogram-js";

/** The longest latency that is told apart; a longer one counts as this one. Microseconds. */
const LATENCY_MICROS_MAX = 60_000_000;

/** A histogram of microseconds, up to a minute with three digits: less than 200 kB. */
export function newLatencyHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LATENCY_MICROS_MAX,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}

/** Counts a latency, milliseconds. */
export function recordLatency(histogram: Histogram, elapsedMs: number): void {
  histogram.recordValue(Math.min(Math.max(Math.round(elapsedMs * 1_000), 1), LATENCY_MICROS_MAX));
}
