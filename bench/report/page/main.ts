import type { ReportDrawings } from "../chart.ts";
import { drawChart } from "./draw-chart.ts";
import { readPalette } from "./palette.ts";

const drawings = JSON.parse(document.querySelector("#drawings")?.textContent ?? "") as ReportDrawings;
const dark = matchMedia("(prefers-color-scheme: dark)");
let remove: readonly (() => void)[] = [];

function drawAll(): void {
  for (const removeChart of remove) removeChart();
  const palette = readPalette();
  remove = drawings.charts.flatMap((chart) => {
    const place = document.querySelector<HTMLElement>(`[data-chart="${chart.id}"]`);
    return place === null ? [] : [drawChart(chart, drawings.bands, place, palette)];
  });
}

// A canvas keeps the colours that it was painted in.
dark.addEventListener("change", drawAll);
drawAll();
