import type { GeneratorSecond } from "../load/generator-messages.ts";
import type { Saturation } from "./run-result.ts";
import type { Schedule } from "./schedule.ts";

// One thread does a generator's work: near a whole processor, arrivals and answers wait for it rather than for the shop.
const LOAD_MAX = 0.9;
// Later than this, a noticeable part of a latency is the generator's own.
const LATE_MS_MAX = 50;
// One such second may be a pause of the machine.
const SECONDS_MIN = 2;
const MICROS_PER_SECOND = 1_000_000;

/** How often something was beyond its bound. */
interface Excess {
  firstSecond: number;
  seconds: number;
  most: number;
  /** Names, in their order. */
  readonly phases: Set<string>;
}

/** Notices when a generator cannot keep up, so that its own queue is taken for the shop's. */
export class SaturationAlarm {
  readonly #schedule: Schedule;
  readonly #busy = new Map<number, Excess>();
  readonly #late = new Map<number, Excess>();

  /** What happens before the first phase, in the warm-up, is no part of the figures. */
  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** Looks at one second of one generator. */
  take({ generator, second, cpuMicros, latestStartMs }: GeneratorSecond): void {
    const span = this.#schedule.spans[this.#schedule.spanOf(second)];
    if (span?.counts !== true) return;
    const load = cpuMicros / MICROS_PER_SECOND;
    if (load > LOAD_MAX) note(this.#busy, generator, { second, phase: span.name, value: load });
    if (latestStartMs > LATE_MS_MAX)
      note(this.#late, generator, { second, phase: span.name, value: latestStartMs });
  }

  /** What is known so far. */
  get result(): Saturation {
    const reasons = [
      ...lasting(this.#busy).map(([generator, excess]) => busyText(generator, excess)),
      ...lasting(this.#late).map(([generator, excess]) => lateText(generator, excess)),
    ];
    return { isSaturated: reasons.length > 0, reasons };
  }
}

function note(
  found: Map<number, Excess>,
  generator: number,
  seen: { readonly second: number; readonly phase: string; readonly value: number },
): void {
  const excess = found.get(generator) ?? {
    firstSecond: seen.second,
    seconds: 0,
    most: 0,
    phases: new Set<string>(),
  };
  excess.seconds += 1;
  excess.most = Math.max(excess.most, seen.value);
  excess.phases.add(seen.phase);
  found.set(generator, excess);
}

function lasting(found: ReadonlyMap<number, Excess>): readonly (readonly [number, Excess])[] {
  return [...found].filter(([, { seconds }]) => seconds >= SECONDS_MIN);
}

function busyText(generator: number, excess: Excess): string {
  const percent = Math.round(excess.most * 100);
  return `Generator ${generator} used up to ${percent} % of a processor ${whenText(excess)}`;
}

function lateText(generator: number, excess: Excess): string {
  return `Generator ${generator} began arrivals up to ${Math.round(excess.most)} ms late ${whenText(excess)}`;
}

function whenText({ firstSecond, seconds, phases }: Excess): string {
  return `from second ${firstSecond} on (in ${seconds} seconds of ${[...phases].join(", ")})`;
}
