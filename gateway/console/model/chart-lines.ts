/** A value at a moment; null where it is not known. */
export interface ChartPoint {
  readonly atMs: number;
  readonly value: number | null;
}

// Points come once a second, those that are remembered every five: what is farther apart was not watched in between.
const GAP_MS = 8_000;
const STEPS = [1, 2, 5, 10];
const TEN = 10;

/** What a chart covers. */
export interface ChartFrame {
  readonly fromMs: number;
  readonly toMs: number;
  readonly valueMax: number;
  readonly width: number;
  readonly height: number;
}

/** The next round number: the top of an axis. At least 1. */
export function axisMax(value: number): number {
  if (value <= 1) return 1;
  const power = TEN ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? TEN) * power;
}

/** The lines of a chart as points of SVG: one for each stretch without a gap. */
export function chartLines(points: readonly ChartPoint[], frame: ChartFrame): readonly string[] {
  const lines: string[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { atMs, value } of points) {
    if (value === null || atMs < frame.fromMs) continue;
    if (atMs - lastMs > GAP_MS) lines.push([]);
    lastMs = atMs;
    lines.at(-1)?.push(placeOf(atMs, value, frame));
  }
  return lines.map((line) => line.join(" "));
}

function placeOf(atMs: number, value: number, { fromMs, toMs, valueMax, width, height }: ChartFrame): string {
  const x = ((atMs - fromMs) / (toMs - fromMs)) * width;
  const y = height - (Math.min(value, valueMax) / valueMax) * height;
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
