import type { Histogram } from "hdr-histogram-js";
import { newLatencyHistogram, recordLatency } from "../load/latency-histogram.ts";
import type { Acknowledgement } from "./acknowledgement.ts";

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
 * What the shoppers saw. Latencies, confirmations and refusals count while it is open; acknowledged orders always do.
 * `Told` is what is remembered of each of those.
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
  #open = false;
  readonly #micros: Readonly<Record<Timed, Histogram>> = {
    order: newLatencyHistogram(),
    "cart.add": newLatencyHistogram(),
    checkout: newLatencyHistogram(),
  };

  /** From now on everything counts. */
  open(): void {
    this.#open = true;
  }

  /** From now on only acknowledged orders and lost answers count. */
  close(): void {
    this.#open = false;
  }

  get refused(): number {
    return this.refusedByCode.values().reduce((sum, count) => sum + count, 0);
  }

  time(what: Timed, elapsedMs: number): void {
    if (this.#open) recordLatency(this.#micros[what], elapsedMs);
  }

  confirm(told: Told, elapsedMs: number): void {
    this.acknowledged.push(told);
    if (!this.#open) return;
    this.confirmed += 1;
    this.time("order", elapsedMs);
  }

  refuse(code: string): void {
    if (this.#open) this.refusedByCode.set(code, (this.refusedByCode.get(code) ?? 0) + 1);
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
