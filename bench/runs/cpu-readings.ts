import { cpuTimeBetween, type CpuTime } from "../machine/cpu-time.ts";

/** What was used in a stretch of time. */
export interface CpuSpent {
  readonly seconds: number;
  /** `generatorMicros` is that of the process that leads the run, without its generators. */
  readonly cpu: CpuTime;
}

/** CPU time at the boundaries of a run's seconds. */
export class CpuReadings {
  readonly #readings: { readonly atSeconds: number; readonly cpu: CpuTime }[] = [];

  /** A reading near the start of a second; `atSeconds` is when it really was. Boundaries that were missed take it, too. */
  take(second: number, atSeconds: number, cpu: CpuTime): void {
    while (this.#readings.length <= second) this.#readings.push({ atSeconds, cpu });
  }

  /** Number of the last boundary that was read. */
  get last(): number {
    return this.#readings.length - 1;
  }

  /** What was used between two boundaries; up to the last one where the later one was not reached. */
  between(fromSecond: number, toSecond: number): CpuSpent | undefined {
    const from = this.#readings[fromSecond];
    const to = this.#readings[Math.min(toSecond, this.last)];
    if (from === undefined || to === undefined || to.atSeconds <= from.atSeconds) return undefined;
    return { seconds: to.atSeconds - from.atSeconds, cpu: cpuTimeBetween(from.cpu, to.cpu) };
  }
}
