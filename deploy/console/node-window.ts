import type { HistogramData } from "../../engine/statistics/histogram.ts";
import type { NodeFigures } from "./node-figures.ts";
import { countedBetween } from "./quantile.ts";

/** Rates are taken over so long: less would leave a quiet shop without a latency in most seconds. */
const WINDOW_MS = 5_000;
/** What is told after so long a silence is no rate of now: nobody has asked, or the node was out of reach. */
const SILENCE_MS_MAX = 3 * WINDOW_MS;
const MS_PER_SECOND = 1_000;

/** The last seconds of one node's figures, from which its rates come. Time is the node's own: clocks of nodes are not compared. */
export class NodeWindow {
  #taken: readonly NodeFigures[] = [];

  /** The newest figures. Those of an earlier start of the node are forgotten: its counts have begun anew. */
  add(figures: NodeFigures): void {
    const { startedAtMs, uptimeMs } = figures;
    // What is older than the window is needed as its begin once.
    const kept = this.#taken.filter(
      (each, index) =>
        each.startedAtMs === startedAtMs &&
        each.uptimeMs < uptimeMs &&
        each.uptimeMs > uptimeMs - SILENCE_MS_MAX &&
        (this.#taken[index + 1] ?? figures).uptimeMs > uptimeMs - WINDOW_MS,
    );
    this.#taken = [...kept, figures];
  }

  /** Nothing has been told to compare the newest figures with: there are no rates yet. */
  get isNew(): boolean {
    return this.#taken.length < 2;
  }

  /**
   * How much a count grows in a second; 0 until it was told twice. `last`: in the last step instead of the whole window. Figures that do
   * not tell it (undefined) are passed over.
   */
  perSecond(count: (figures: NodeFigures) => number | undefined, last = false): number {
    const told = this.#told(count);
    const [first, newest] = [last ? told.at(-2) : told[0], told.at(-1)];
    if (told.length < 2 || first === undefined || newest === undefined) return 0;
    return (Math.max(0, newest.value - first.value) * MS_PER_SECOND) / (newest.uptimeMs - first.uptimeMs);
  }

  /** What a histogram has counted in the window; undefined until it was told twice. */
  counted(histogram: (figures: NodeFigures) => HistogramData | undefined): HistogramData | undefined {
    const told = this.#told(histogram);
    const [first, newest] = [told[0], told.at(-1)];
    if (told.length < 2 || first === undefined || newest === undefined) return undefined;
    return countedBetween(first.value, newest.value);
  }

  #told<Value>(
    of: (figures: NodeFigures) => Value | undefined,
  ): readonly { readonly uptimeMs: number; readonly value: Value }[] {
    return this.#taken.flatMap((figures) => {
      const value = of(figures);
      return value === undefined ? [] : [{ uptimeMs: figures.uptimeMs, value }];
    });
  }
}
