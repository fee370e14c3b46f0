/** A histogram as plain data. */
export interface HistogramData {
  /** Rising upper bounds, inclusive. */
  readonly bounds: readonly number[];
  /** Number of values per bound, not cumulated; one more than bounds, for the values above all of them. */
  readonly counts: readonly number[];
  /** Sum of all values. */
  readonly sum: number;
}

/** Counts values by upper bound, as Prometheus wants them. */
export class Histogram implements HistogramData {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  record(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] as number)) index += 1;
    this.counts[index] = (this.counts[index] as number) + 1;
    this.sum += value;
  }

  /** A copy as plain data. */
  toData(): HistogramData {
    return { bounds: this.bounds, counts: [...this.counts], sum: this.sum };
  }
}
