import { COUNTED, noCounts } from "../load/counts.ts";
import type { GeneratorSecond, Timed } from "../load/generator-messages.ts";
import { decodeHistogram, LatencySum } from "./latency-sum.ts";

/** What all generators saw in a second, or in many. */
export class RunTally {
  readonly counts = noCounts();
  readonly refusedByCode = new Map<string, number>();
  readonly latencies = new LatencySum();
  /** CPU time of all generators, microseconds. */
  generatorMicros = 0;
  latestStartMs = 0;

  /** Adds what one generator saw in one second. @throws when a histogram of it is none. */
  take(second: GeneratorSecond): void {
    for (const counted of COUNTED) this.counts[counted] += second[counted];
    for (const [code, count] of Object.entries(second.refusedByCode)) this.#refuse(code, count);
    for (const [timed, histogram] of Object.entries(second.micros))
      this.latencies.add(timed as Timed, decodeHistogram(histogram));
    this.generatorMicros += second.cpuMicros;
    this.latestStartMs = Math.max(this.latestStartMs, second.latestStartMs);
  }

  /** Adds all of another tally. */
  merge(other: RunTally): void {
    for (const counted of COUNTED) this.counts[counted] += other.counts[counted];
    for (const [code, count] of other.refusedByCode) this.#refuse(code, count);
    this.latencies.merge(other.latencies);
    this.generatorMicros += other.generatorMicros;
    this.latestStartMs = Math.max(this.latestStartMs, other.latestStartMs);
  }

  get refused(): number {
    return this.refusedByCode.values().reduce((sum, count) => sum + count, 0);
  }

  /** Refusals by code, the most frequent first. */
  refusals(): Readonly<Record<string, number>> {
    const byCount = this.refusedByCode.entries().toArray();
    return Object.fromEntries(byCount.toSorted(([, left], [, right]) => right - left));
  }

  #refuse(code: string, count: number): void {
    this.refusedByCode.set(code, (this.refusedByCode.get(code) ?? 0) + count);
  }
}
