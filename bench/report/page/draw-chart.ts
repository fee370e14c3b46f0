import uPlot from "uplot";
import type { Band, Chart } from "../chart.ts";
import { BAND_LABEL_HEIGHT, shadeBands } from "./band-shade.ts";
import { strokeOf, type Palette } from "./palette.ts";

const HEIGHT = 250;
// Narrow labels leave room, so that charts below each other line up.
const AXIS_WIDTH_MIN = 62;
// A grid tick and the gap between it and a label, and the most that a character of a label takes.
const BESIDE_LABEL = 18;
const CHARACTER_WIDTH = 8;
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is declared only, and does not exist when this runs
const LOGARITHMIC = 3 as uPlot.Scale.Distr;
const FINE_RATIO_MAX = 100;
// Charts over the same axis show the same moment under the pointer.
const SYNCHRONISED = "run";

/** Draws a chart into its place, keeps it as wide as that, and returns what takes it away again. */
export function drawChart(
  chart: Chart,
  bands: readonly Band[],
  place: HTMLElement,
  palette: Palette,
): () => void {
  // What stands there for those without scripts.
  place.replaceChildren();
  const plot = new uPlot(options(chart, bands, place.clientWidth, palette), data(chart), place);
  const resized = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
  resized.observe(place);
  return () => {
    resized.disconnect();
    plot.destroy();
  };
}

function options(chart: Chart, bands: readonly Band[], width: number, palette: Palette): uPlot.Options {
  const isOverTime = chart.horizontal.kind === "seconds";
  return {
    width,
    height: HEIGHT,
    scales: {
      x: { time: false },
      y:
        chart.vertical.kind === "logarithmic"
          ? { distr: LOGARITHMIC, log: 10 }
          : { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      { ...axis(palette), label: chart.horizontal.label, ...(isOverTime ? {} : ninesAxis()) },
      {
        ...axis(palette),
        label: chart.vertical.label,
        size: (_plot, labels) => axisWidth(labels ?? []),
        values: verticalLabels,
        grid: { stroke: palette.line, width: 1, filter: gridLines },
        ticks: { stroke: palette.line, width: 1, filter: gridLines },
      },
    ],
    series: [horizontal(chart), ...chart.series.map((_, at) => line(chart, at, palette))],
    legend: {
      markers: {
        width: 3,
        dash: (_plot, at) => (strokeOf(palette, at - 1).dash.length > 0 ? "dashed" : "solid"),
      },
    },
    cursor: { ...(isOverTime ? { sync: { key: SYNCHRONISED } } : {}), drag: { x: true, y: false } },
    padding: [isOverTime ? BAND_LABEL_HEIGHT : null, null, null, null],
    plugins: isOverTime ? [shadeBands(bands, palette)] : [],
  };
}

function data({ at, series, vertical }: Chart): uPlot.AlignedData {
  // A logarithm of nothing is nowhere.
  const shown = (value: number | null): number | null =>
    vertical.kind === "logarithmic" && value !== null && value <= 0 ? null : value;
  return [[...at], ...series.map(({ values }) => values.map(shown))];
}

function axis({ muted, line: stroke }: Palette): uPlot.Axis {
  return { stroke: muted, grid: { stroke, width: 1 }, ticks: { stroke, width: 1 }, labelSize: 22 };
}

/** How wide an axis is so that none of its labels runs into its name. */
function axisWidth(labels: readonly string[]): number {
  const longest = Math.max(0, ...labels.map(({ length }) => length));
  return Math.max(AXIS_WIDTH_MIN, BESIDE_LABEL + longest * CHARACTER_WIDTH);
}

function ninesAxis(): uPlot.Axis {
  return {
    splits: () => [0, 1, 2, 3, 4],
    values: (_plot, splits) => splits.map((nines) => percentileText(nines)),
  };
}

/** Over many powers of ten, lines between them would fill the chart. */
function gridLines({ scales }: uPlot, splits: number[]): (number | null)[] {
  const { min, max, distr } = scales["y"] ?? {};
  if (distr !== LOGARITHMIC || typeof min !== "number" || typeof max !== "number") return splits;
  if (max / min <= FINE_RATIO_MAX) return splits;
  return splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
}

/** Values between two gaps: no line shows them, so a point does. */
function alone(values: ArrayLike<number | null | undefined>): number[] {
  const isGap = (at: number): boolean => typeof values[at] !== "number";
  return Array.from({ length: values.length }, (_, at) => at).filter(
    (at) => !isGap(at) && isGap(at - 1) && isGap(at + 1),
  );
}

function verticalLabels(_plot: uPlot, splits: number[]): string[] {
  return splits.map((value) => (value === null ? "" : value.toLocaleString("en")));
}

function horizontal({ horizontal: { kind } }: Chart): uPlot.Series {
  const value = (_plot: uPlot, at: number | null): string => {
    if (at === null) return "–";
    return kind === "seconds" ? `${at} s` : percentileText(at);
  };
  return { label: kind === "seconds" ? "second" : "percentile", value };
}

function line({ series, vertical }: Chart, at: number, palette: Palette): uPlot.Series {
  const one = series[at];
  const format = { minimumFractionDigits: vertical.digits, maximumFractionDigits: vertical.digits };
  return {
    label: one?.label ?? "",
    width: 2,
    ...strokeOf(palette, at),
    points: { show: true, size: 5, filter: (plot, index) => alone(plot.data[index] ?? []) },
    ...(one?.shape === "steps" ? { paths: steps() } : {}),
    value: (_plot, value: number | null) => value?.toLocaleString("en", format) ?? "–",
  };
}

function steps(): uPlot.Series.PathBuilder {
  const build = uPlot.paths.stepped;
  if (build === undefined) throw new Error("uPlot has no steps");
  return build({ align: 1 });
}

function percentileText(nines: number): string {
  const percent = 100 * (1 - 10 ** -nines);
  return `${Number(percent.toFixed(Math.max(0, Math.ceil(nines) - 2) + (Number.isInteger(nines) ? 0 : 2)))} %`;
}
