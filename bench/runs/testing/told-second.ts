import { encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { noCounts } from "../../load/counts.ts";
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
    ...noCounts(),
    refusedByCode: {},
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
