import type { JSX } from "preact";
import { axisMax, chartLines, type ChartPoint } from "../model/chart-lines.ts";

const WIDTH = 600;
const HEIGHT = 100;
const LENGTH_MS = 600_000;
const LENGTH_MS_MIN = 60_000;

/** One line of a chart. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

/**
 * Values of the last minutes as lines: ten, or as many as there are. What it shows is said by `label` for those who do not see it; the
 * values of now stand beside it.
 */
export function TimeChart({
  series,
  label,
  text,
  toMs,
}: {
  readonly series: readonly ChartSeries[];
  readonly label: string;
  /** A value of the axis in words. */
  readonly text: (value: number) => string;
  readonly toMs: number;
}): JSX.Element {
  const all = series.flatMap(({ points }) => points);
  const values = all.flatMap(({ atMs, value }) => (value === null || atMs < toMs - LENGTH_MS ? [] : [value]));
  const valueMax = axisMax(Math.max(0, ...values));
  const firstMs = Math.min(toMs, ...all.map(({ atMs }) => atMs));
  const fromMs = Math.min(toMs - LENGTH_MS_MIN, Math.max(toMs - LENGTH_MS, firstMs));
  const frame = { fromMs, toMs, valueMax, width: WIDTH, height: HEIGHT };
  const minutes = Math.round((toMs - fromMs) / LENGTH_MS_MIN);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <line class="chart-axis" x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
        <line class="chart-axis" x1="0" y1="0" x2={WIDTH} y2="0" />
        {series.map(({ name, points }, index) =>
          chartLines(points, frame).map((line) => (
            <polyline
              key={`${name} ${line.slice(0, line.indexOf(" "))}`}
              class={`chart-line chart-line-${index}`}
              points={line}
            />
          )),
        )}
      </svg>
      <figcaption>
        <span>{text(valueMax)} at the top</span>
        <span>last {minutes} min</span>
      </figcaption>
    </figure>
  );
}
