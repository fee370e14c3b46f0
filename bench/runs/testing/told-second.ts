import { encodeIntoCompressedBase64 } from "hdr-histogram-js";
import type { GeneratorSecond, Timed } from "../../load/generator-messages.ts";
import { newLatencyHistogram, recordLatency } from "../../load/latency-histogram.ts";

/** A second as generator 0 would tell of it: idle, but for what is given. Latencies are milliseconds. */
export function toldSecond(
  second: number,
  told: Partial<Omit<GeneratorSecond, "second" | "micros">> & {
    readonly ms?: Readonly<Partial<Record<Timed, readonly number[]>>>;
  } = {},
): GeneratorSecond {
  const { ms = {}, ...counts } = told;
  return {
    generator: 0,
    arrivals: 0,
    dropped: 0,
    completed: 0,
    orders: 0,
    holds: 0,
    commands: 0,
    retries: 0,
    refusedByCode: {},
    retryable: 0,
    retryableWithHint: 0,
    cpuMicros: 0,
    latestStartMs: 0,
    ...counts,
    second,
    micros: Object.fromEntries(Object.entries(ms).map(([timed, values]) => [timed, encoded(values)])),
  };
}

function encoded(values: readonly number[]): string {
  const histogram = newLatencyHistogram();
  for (const ms of values) recordLatency(histogram, ms);
  return encodeIntoCompressedBase64(histogram);
}
