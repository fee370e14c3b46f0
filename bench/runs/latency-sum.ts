import { decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { Timed } from "../load/generator-messages.ts";
import { newLatencyHistogram } from "../load/latency-histogram.ts";
import { ALL_TIMED } from "../load/timed-names.ts";
import type { BriefLatency, Latency } from "./run-result.ts";

/** Reads a histogram as generators send it. @throws when it is none. */
export function decodeHistogram(base64: string): Histogram {
  return decodeFromCompressedBase64(base64, 32, false);
}

/** Latencies from many places: their histograms are added, so that percentiles are those of all values together. */
export class LatencySum {
  readonly #micros = new Map<Timed, Histogram>();

  /** Adds a distribution of microseconds. */
  add(timed: Timed, histogram: Histogram): void {
    if (histogram.totalCount === 0) return;
    let sum = this.#micros.get(timed);
    if (sum === undefined) this.#micros.set(timed, (sum = newLatencyHistogram()));
    sum.add(histogram);
  }

  /** Adds all of another sum. */
  merge(other: LatencySum): void {
    for (const [timed, histogram] of other.#micros) this.add(timed, histogram);
  }

  /** The distributions of all that occurred. */
  latencies(): Readonly<Partial<Record<Timed, Latency>>> {
    return this.#each(latencyOf);
  }

  brief(): Readonly<Partial<Record<Timed, BriefLatency>>> {
    return this.#each(briefOf);
  }

  #each<Shown>(show: (micros: Histogram) => Shown): Readonly<Partial<Record<Timed, Shown>>> {
    const shown: Partial<Record<Timed, Shown>> = {};
    for (const timed of ALL_TIMED) {
      const histogram = this.#micros.get(timed);
      if (histogram !== undefined) shown[timed] = show(histogram);
    }
    return shown;
  }
}

function latencyOf(micros: Histogram): Latency {
  const at = (percentile: number): number => ms(micros.getValueAtPercentile(percentile));
  return {
    count: micros.totalCount,
    meanMs: ms(micros.mean),
    minMs: ms(micros.minNonZeroValue),
    p50Ms: at(50),
    p75Ms: at(75),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    p999Ms: at(99.9),
    p9999Ms: at(99.99),
    maxMs: ms(micros.maxValue),
    histogram: encodeIntoCompressedBase64(micros),
  };
}

function briefOf(micros: Histogram): BriefLatency {
  return {
    p50Ms: ms(micros.getValueAtPercentile(50)),
    p95Ms: ms(micros.getValueAtPercentile(95)),
    p99Ms: ms(micros.getValueAtPercentile(99)),
    maxMs: ms(micros.maxValue),
    histogram: encodeIntoCompressedBase64(micros),
  };
}

function ms(micros: number): number {
  return Math.round(micros) / 1_000;
}
