import uPlot from "uplot";
import type { Band, Chart } from "../chart.ts";
import { shadeBands } from "./band-shade.ts";
import { strokeOf, type Palette } from "./palette.ts";

const HEIGHT = 240;
const AXIS_WIDTH = 62;
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is declared only, and does not exist when this runs
const LOGARITHMIC = 3 as uPlot.Scale.Distr;
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
      { ...axis(palette), label: chart.vertical.label, size: AXIS_WIDTH, values: verticalLabels },
    ],
    series: [horizontal(chart), ...chart.series.map((_, at) => line(chart, at, palette))],
    legend: {
      markers: {
        width: 3,
        dash: (_plot, at) => (strokeOf(palette, at - 1).dash.length > 0 ? "dashed" : "solid"),
      },
    },
    cursor: { ...(isOverTime ? { sync: { key: SYNCHRONISED } } : {}), drag: { x: true, y: false } },
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

function ninesAxis(): uPlot.Axis {
  return {
    splits: () => [0, 1, 2, 3, 4],
    values: (_plot, splits) => splits.map((nines) => percentileText(nines)),
  };
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
    points: { show: false },
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
