import type { CpuSpent } from "./cpu-readings.ts";
import type { CpuUse, Stretch } from "./run-result.ts";
import { RunTally } from "./run-tally.ts";

const MICROS_PER_SECOND = 1_000_000;

/** Adds the seconds of a stretch of time up, with those after its end in which what was begun came to its end. */
export class StretchTally {
  readonly #tally = new RunTally();
  #ordersWithin = 0;
  #holdsWithin = 0;

  /** `isWithin`: visitors came in this second; else it counts, but not for the rates. */
  add(second: RunTally, isWithin: boolean): void {
    this.#tally.merge(second);
    if (!isWithin) return;
    this.#ordersWithin += second.counts.orders;
    this.#holdsWithin += second.counts.holds;
  }

  merge(other: StretchTally): void {
    this.#tally.merge(other.#tally);
    this.#ordersWithin += other.#ordersWithin;
    this.#holdsWithin += other.#holdsWithin;
  }

  /** The figures. `seconds`: time in which visitors came; `spent`: until the last of them had left, undefined when unknown. */
  stretch(seconds: number, spent: CpuSpent | undefined): Stretch {
    const tally = this.#tally;
    const rate = (count: number): number => (seconds > 0 ? round(count / seconds, 1) : 0);
    return {
      seconds: round(seconds, 3),
      ...tally.counts,
      ordersPerSecond: rate(this.#ordersWithin),
      holdsPerSecond: rate(this.#holdsWithin),
      refused: tally.refused,
      refusedByCode: tally.refusals(),
      latencies: tally.latencies.latencies(),
      cpu: cpuUse(tally, spent, seconds),
    };
  }
}

function cpuUse(tally: RunTally, spent: CpuSpent | undefined, secondsPlanned: number): CpuUse {
  const { orders } = tally.counts;
  const shop = spent?.cpu.shopMicros ?? null;
  const postgres = spent?.cpu.postgresMicros ?? null;
  // Whoever leads the run works for it as the generators do.
  const generator = tally.generatorMicros + (spent?.cpu.generatorMicros ?? 0);
  const seconds = spent?.seconds ?? secondsPlanned;
  const perOrder = (micros: number | null): number | null =>
    micros === null || orders === 0 ? null : round(micros / orders, 1);
  return {
    microsPerOrder: perOrder(shop === null || postgres === null ? null : shop + postgres + generator),
    shopMicrosPerOrder: perOrder(shop),
    postgresMicrosPerOrder: perOrder(postgres),
    generatorMicrosPerOrder: perOrder(generator),
    shopLoad: shop === null ? null : loadOf(shop, seconds),
    postgresLoad: postgres === null ? null : loadOf(postgres, seconds),
    generatorLoad: loadOf(generator, seconds),
  };
}

/** Processors that were busy on average. */
export function loadOf(micros: number, seconds: number): number {
  return seconds > 0 ? round(micros / (seconds * MICROS_PER_SECOND), 3) : 0;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
