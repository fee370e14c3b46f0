import type { HistogramData } from "../../engine/statistics/histogram.ts";

/** What was counted after `earlier` and up to `later`. A lower count than before is one that began anew. */
export function countedBetween(earlier: HistogramData, later: HistogramData): HistogramData {
  const counts = later.counts.map((count, index) => Math.max(0, count - (earlier.counts[index] ?? 0)));
  return { bounds: later.bounds, counts, sum: Math.max(0, later.sum - earlier.sum) };
}

/** Histograms of the same bounds as one; undefined when there is none. Those with other bounds, as of another release, are left out. */
export function together(histograms: readonly HistogramData[]): HistogramData | undefined {
  const [first] = histograms;
  if (first === undefined) return undefined;
  const alike = histograms.filter(({ bounds }) => String(bounds) === String(first.bounds));
  return {
    bounds: first.bounds,
    counts: first.counts.map((_, index) => alike.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0)),
    sum: alike.reduce((sum, { sum: each }) => sum + each, 0),
  };
}

/** How many values there are. */
export function countOf({ counts }: HistogramData): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * The value below which a share of all values lies, as `histogram_quantile` of Prometheus tells it: values are taken to be spread
 * evenly between two bounds, and those above all bounds to be at the last one. Null when there are none.
 */
export function quantile(histogram: HistogramData, share: number): number | null {
  const { bounds, counts } = histogram;
  const wanted = countOf(histogram) * share;
  if (wanted === 0) return null;
  let below = 0;
  for (const [index, bound] of bounds.entries()) {
    const count = counts[index] ?? 0;
    if (count > 0 && below + count >= wanted) {
      const from = bounds[index - 1] ?? 0;
      return from + (bound - from) * ((wanted - below) / count);
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
