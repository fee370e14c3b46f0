import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { Latency, Stretch } from "../runs/run-result.ts";
import type { Chart } from "./chart.ts";
import { TIMED_NAMES, timedIn } from "../load/timed-names.ts";

const NINES_MAX = 4;
const POINTS_PER_NINE = 10;

/**
 * Latency by percentile, as HdrHistogram plots it: the further to the right, the rarer. A line ends where fewer than one
 * value is left beyond it. None when nothing was timed.
 */
export function distributionChart(whole: Stretch): readonly Chart[] {
  const timed = timedIn([whole]);
  if (timed.length === 0) return [];
  const at = Array.from({ length: NINES_MAX * POINTS_PER_NINE + 1 }, (_, point) => point / POINTS_PER_NINE);
  return [
    {
      id: "distribution",
      title: "Latency by percentile",
      caption: "Over all phases, without the warm-up: how long the slowest one in so many took, or less.",
      horizontal: { label: "percentile", kind: "nines" },
      vertical: { label: "ms", digits: 2, kind: "logarithmic" },
      at,
      series: timed.flatMap((name) => {
        const latency = whole.latencies[name];
        if (latency === undefined) return [];
        return [{ label: TIMED_NAMES[name], values: valuesAt(latency, at), shape: "line" as const }];
      }),
    },
  ];
}

/** How many of a hundred are at most as slow as the value at this point; percent. */
export function percentileAt(nines: number): number {
  return 100 * (1 - 10 ** -nines);
}

function valuesAt({ histogram, count }: Latency, at: readonly number[]): readonly (number | null)[] {
  const micros = decodeFromCompressedBase64(histogram, 32, false);
  return at.map((nines) => {
    if (count < 10 ** nines) return null;
    return Math.round(micros.getValueAtPercentile(percentileAt(nines)) / 10) / 100;
  });
}
