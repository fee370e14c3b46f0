import type { CpuTime } from "../machine/cpu-time.ts";
import type { GeneratorSecond } from "../load/generator-messages.ts";
import { CpuReadings } from "./cpu-readings.ts";
import type { PhaseResult, Stretch, TimelineSecond } from "./run-result.ts";
import { RunTally } from "./run-tally.ts";
import type { Schedule } from "./schedule.ts";
import { loadOf, StretchTally } from "./stretch-tally.ts";

/** What the process that leads a run sees at the boundary of two seconds. */
export interface Boundary {
  /** The second that begins, from 0. */
  readonly second: number;
  /** When it was looked, seconds since the start. */
  readonly atSeconds: number;
  readonly cpu: CpuTime;
  /** Units that can still be bought of the most popular product; null when nobody knows. */
  readonly available: number | null;
}

/** The figures of a run. */
export interface RunFigures {
  readonly whole: Stretch;
  readonly phases: readonly PhaseResult[];
  readonly timeline: readonly TimelineSecond[];
}

/**
 * Puts together what generators and the machine say about each second. A second is shown as soon as everybody has told of
 * it; its histograms are kept only as part of its phase, so that a long run takes no more memory than a short one but for
 * its timeline.
 */
export class RunRecord {
  readonly #schedule: Schedule;
  readonly #show: (second: TimelineSecond) => void;
  readonly #spans: readonly StretchTally[];
  readonly #open = new Map<number, RunTally>();
  readonly #available = new Map<number, number | null>();
  readonly #readings = new CpuReadings();
  readonly #timeline: TimelineSecond[] = [];
  /** The last second that each generator has told of. */
  readonly #toldUpTo: number[];
  #endSeconds: number;

  /** `show` is called with every second, in their order. */
  constructor(schedule: Schedule, generators: number, show: (second: TimelineSecond) => void) {
    this.#schedule = schedule;
    this.#show = show;
    this.#spans = schedule.spans.map(() => new StretchTally());
    this.#toldUpTo = Array.from({ length: generators }, () => -1);
    this.#endSeconds = schedule.totalSeconds;
  }

  /** What a generator saw; each tells of its seconds in their order. */
  take(second: GeneratorSecond): void {
    // What comes after its second was shown counts in the next one.
    this.#tallyOf(Math.max(second.second, this.#timeline.length)).take(second);
    this.#toldUpTo[second.generator] = second.second;
    this.#showComplete();
  }

  boundary({ second, atSeconds, cpu, available }: Boundary): void {
    this.#readings.take(second, atSeconds, cpu);
    this.#available.set(second - 1, available);
    this.#showComplete();
  }

  /** From this time on, seconds since the start, nobody comes any more, though the scenario goes on. */
  endedEarly(atSeconds: number): void {
    this.#endSeconds = Math.min(this.#endSeconds, atSeconds);
  }

  /** Shows what is left and adds everything up. `last` was seen after all visitors had left. */
  finish(last: Boundary): RunFigures {
    this.boundary({ ...last, second: this.#readings.last + 1 });
    const lastTold = Math.max(-1, ...this.#open.keys());
    while (this.#timeline.length <= lastTold) this.#showNext();
    return { ...this.#sums(), timeline: this.#timeline };
  }

  #sums(): { readonly whole: Stretch; readonly phases: readonly PhaseResult[] } {
    const { spans } = this.#schedule;
    const begun = spans.filter(({ counts, fromSecond }) => counts && fromSecond < this.#endSeconds);
    const whole = new StretchTally();
    const phases = begun.map((span, index): PhaseResult => {
      const { name, fromSecond } = span;
      const toSecond = Math.min(span.toSecond, this.#endSeconds);
      const tally = this.#spans[spans.indexOf(span)] ?? new StretchTally();
      whole.merge(tally);
      // What was begun in the last phase came to its end after it.
      const until = index === begun.length - 1 ? this.#readings.last : span.toSecond;
      const spent = this.#readings.between(fromSecond, until);
      return { name, fromSecond, toSecond, measured: tally.stretch(toSecond - fromSecond, spent) };
    });
    const first = phases[0];
    const seconds = first === undefined ? 0 : (phases.at(-1) ?? first).toSecond - first.fromSecond;
    const spent = this.#readings.between(first?.fromSecond ?? 0, this.#readings.last);
    return { whole: whole.stretch(seconds, spent), phases };
  }

  #tallyOf(second: number): RunTally {
    let tally = this.#open.get(second);
    if (tally === undefined) this.#open.set(second, (tally = new RunTally()));
    return tally;
  }

  #showComplete(): void {
    const complete = Math.min(this.#readings.last - 1, ...this.#toldUpTo);
    while (this.#timeline.length <= complete) this.#showNext();
  }

  #showNext(): void {
    const second = this.#timeline.length;
    const tally = this.#tallyOf(second);
    this.#open.delete(second);
    const isWithin = second < this.#endSeconds;
    const index = this.#schedule.spanOf(isWithin ? second : Math.ceil(this.#endSeconds) - 1);
    this.#spans[index]?.add(tally, isWithin);
    const shown = this.#timelineSecond(second, this.#schedule.spans[index]?.name ?? "", tally);
    this.#timeline.push(shown);
    this.#show(shown);
  }

  #timelineSecond(second: number, phase: string, tally: RunTally): TimelineSecond {
    const spent = this.#readings.between(second, second + 1);
    const load = (micros: number | null | undefined): number | null =>
      micros === null || micros === undefined || spent === undefined ? null : loadOf(micros, spent.seconds);
    const available = this.#available.get(second) ?? null;
    this.#available.delete(second);
    const generatorMicros = tally.generatorMicros + (spent?.cpu.generatorMicros ?? 0);
    return {
      second,
      phase,
      arrivals: tally.counts.arrivals,
      dropped: tally.counts.dropped,
      orders: tally.counts.orders,
      holds: tally.counts.holds,
      refusedByCode: tally.refusals(),
      latencies: tally.latencies.brief(),
      available,
      shopLoad: load(spent?.cpu.shopMicros),
      postgresLoad: load(spent?.cpu.postgresMicros),
      generatorLoad: loadOf(generatorMicros, spent?.seconds ?? 1),
      latestStartMs: tally.latestStartMs,
    };
  }
}
