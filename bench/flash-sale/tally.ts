import type { Histogram } from "hdr-histogram-js";
import { newLatencyHistogram, recordLatency } from "../load/latency-histogram.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";

/** A latency distribution, milliseconds. */
export interface LatencyMs {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Which latencies are kept apart: a whole order, and each of its commands. */
export type Timed = "order" | "cart.add" | "checkout";

/**
 * What the shoppers saw while it was open. Confirmations and refusals count when they were told meanwhile, so that rates are
 * those of the time. A latency counts when what took so long was begun meanwhile, however late it ended: a shop that stands
 * still when the time is over hides nobody who waits. Acknowledged orders count always. `Told` is what is remembered of each of
 * those. All times are of one clock that only goes forward.
 */
export class Tally<Told = Acknowledgement> {
  /** All orders that a shopper was told of, those of the warm-up included. */
  readonly acknowledged: Told[] = [];
  readonly refusedByCode = new Map<string, number>();
  confirmed = 0;
  /** Attempts that got no answer: they may have become an order. Counted always. */
  unknown = 0;
  /** Commands that were sent again because the shop asked for it. */
  retries = 0;
  #openedMs = Number.POSITIVE_INFINITY;
  #closedMs = Number.POSITIVE_INFINITY;
  readonly #micros: Readonly<Record<Timed, Histogram>> = {
    order: newLatencyHistogram(),
    "cart.add": newLatencyHistogram(),
    checkout: newLatencyHistogram(),
  };

  /** Whatever is begun or told from now on counts. */
  open(nowMs = performance.now()): void {
    this.#openedMs = nowMs;
  }

  /** From now on only acknowledged orders, lost answers and the latencies of what is under way count. */
  close(nowMs = performance.now()): void {
    this.#closedMs = nowMs;
  }

  get refused(): number {
    return this.refusedByCode.values().reduce((sum, count) => sum + count, 0);
  }

  time(what: Timed, beganMs: number, endedMs: number): void {
    if (this.#openedMs <= beganMs && beganMs < this.#closedMs)
      recordLatency(this.#micros[what], endedMs - beganMs);
  }

  confirm(told: Told, beganMs: number, endedMs: number): void {
    this.acknowledged.push(told);
    this.time("order", beganMs, endedMs);
    if (this.#isOpen) this.confirmed += 1;
  }

  refuse(code: string): void {
    if (this.#isOpen) this.refusedByCode.set(code, (this.refusedByCode.get(code) ?? 0) + 1);
  }

  get #isOpen(): boolean {
    return this.#openedMs !== Number.POSITIVE_INFINITY && this.#closedMs === Number.POSITIVE_INFINITY;
  }

  latencyMs(what: Timed): LatencyMs {
    const histogram = this.#micros[what];
    const ms = (micros: number): number => Math.round(micros / 10) / 100;
    if (histogram.totalCount === 0) return { p50: 0, p95: 0, p99: 0, max: 0 };
    return {
      p50: ms(histogram.getValueAtPercentile(50)),
      p95: ms(histogram.getValueAtPercentile(95)),
      p99: ms(histogram.getValueAtPercentile(99)),
      max: ms(histogram.maxValue),
    };
  }
}
