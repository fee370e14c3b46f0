import { encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { Problem } from "../../gateway/protocol/messages.ts";
import { noCounts, type Counted } from "./counts.ts";
import type { GeneratorSecond, Timed } from "./generator-messages.ts";
import { newLatencyHistogram, recordLatency } from "./latency-histogram.ts";
import { asksToRetry } from "./retry.ts";

// Speed before size: a second's histogram is some kB either way.
const COMPRESSION_LEVEL = 1;

/** What one generator sees in the second that passes. */
export class SecondTally {
  readonly #generator: number;
  #second = 0;
  #counts = noCounts();
  #latestStartMs = 0;
  readonly #refusedByCode = new Map<string, number>();
  readonly #micros = new Map<Timed, Histogram>();
  #cpuMicros = cpuMicrosNow();

  /** `generator`: its number. */
  constructor(generator: number) {
    this.#generator = generator;
  }

  count(what: Exclude<Counted, "holds" | "retryable" | "retryableWithHint">): void {
    this.#counts[what] += 1;
  }

  held(units: number): void {
    this.#counts.holds += units;
  }

  /** Something was begun so long after its time, milliseconds. */
  late(lateMs: number): void {
    if (lateMs > this.#latestStartMs) this.#latestStartMs = lateMs;
  }

  /** The shop said no, so long after it was asked. */
  refuse(problem: Problem, elapsedMs: number): void {
    const { code, retryAfterMs } = problem;
    this.#refusedByCode.set(code, (this.#refusedByCode.get(code) ?? 0) + 1);
    if (asksToRetry(problem)) this.#counts.retryable += 1;
    if (retryAfterMs !== undefined) this.#counts.retryableWithHint += 1;
    this.time("refusal", elapsedMs);
  }

  time(what: Timed, elapsedMs: number): void {
    let histogram = this.#micros.get(what);
    if (histogram === undefined) {
      histogram = newLatencyHistogram();
      this.#micros.set(what, histogram);
    }
    recordLatency(histogram, elapsedMs);
  }

  /** Ends the second and begins the next one. */
  close(): GeneratorSecond {
    const cpuMicros = cpuMicrosNow();
    const closed: GeneratorSecond = {
      generator: this.#generator,
      second: this.#second,
      ...this.#counts,
      latestStartMs: this.#latestStartMs,
      refusedByCode: Object.fromEntries(this.#refusedByCode),
      micros: this.#encoded(),
      cpuMicros: cpuMicros - this.#cpuMicros,
    };
    this.#second += 1;
    this.#counts = noCounts();
    this.#latestStartMs = 0;
    this.#refusedByCode.clear();
    for (const histogram of this.#micros.values()) histogram.reset();
    this.#cpuMicros = cpuMicros;
    return closed;
  }

  /** CPU time counts from now on: what came before was no part of the first second. */
  begin(): void {
    this.#cpuMicros = cpuMicrosNow();
  }

  #encoded(): GeneratorSecond["micros"] {
    const encoded: Partial<Record<Timed, string>> = {};
    for (const [what, histogram] of this.#micros) {
      if (histogram.totalCount > 0) encoded[what] = encodeIntoCompressedBase64(histogram, COMPRESSION_LEVEL);
    }
    return encoded;
  }
}

function cpuMicrosNow(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
