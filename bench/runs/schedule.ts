import type { Scenario } from "../scenario/scenario.ts";

/** Name of the time before the first phase. */
export const WARM_UP = "warm-up";

/** A part of a run: its warm-up, or one of its phases. Times are whole seconds since its start. */
export interface Span {
  readonly name: string;
  readonly fromSecond: number;
  readonly toSecond: number;
  /** Whether it is part of the figures: all but the warm-up. */
  readonly counts: boolean;
}

/** When the parts of a scenario begin and end; always at least one that counts. */
export class Schedule {
  readonly spans: readonly Span[];

  /** @throws when a part takes something else than whole seconds, in which visitors are counted. */
  constructor({ warmUpSeconds, phases }: Pick<Scenario, "warmUpSeconds" | "phases">) {
    const spans: Span[] = [];
    if (warmUpSeconds > 0)
      spans.push({ name: WARM_UP, fromSecond: 0, toSecond: warmUpSeconds, counts: false });
    for (const { name, seconds } of phases) {
      const fromSecond = spans.at(-1)?.toSecond ?? 0;
      spans.push({ name, fromSecond, toSecond: fromSecond + seconds, counts: true });
    }
    for (const { name, fromSecond, toSecond } of spans) {
      if (!Number.isInteger(toSecond))
        throw new Error(`${name} takes ${toSecond - fromSecond} s: only whole seconds count`);
    }
    this.spans = spans;
  }

  /** Seconds from the start to the end, the warm-up included. */
  get totalSeconds(): number {
    return this.spans.at(-1)?.toSecond ?? 0;
  }

  /** Number of the span that a second belongs to; the last one for what comes after the end. */
  spanOf(second: number): number {
    const index = this.spans.findIndex(({ toSecond }) => second < toSecond);
    return index < 0 ? this.spans.length - 1 : index;
  }
}
