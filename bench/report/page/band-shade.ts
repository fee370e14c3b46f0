import type uPlot from "uplot";
import type { Band } from "../chart.ts";
import type { Palette } from "./palette.ts";

const LABEL_MARGIN = 5;

/** Shades every other phase behind the lines of a chart, and names them. */
export function shadeBands(bands: readonly Band[], palette: Palette): uPlot.Plugin {
  return { hooks: { drawClear: (plot) => drawBands(plot, bands, palette) } };
}

function drawBands(plot: uPlot, bands: readonly Band[], palette: Palette): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  for (const [at, { label, fromSecond, toSecond }] of bands.entries()) {
    const left = plot.valToPos(fromSecond, "x", true);
    const width = plot.valToPos(toSecond, "x", true) - left;
    if (at % 2 === 0) {
      ctx.fillStyle = palette.band;
      ctx.fillRect(left, bbox.top, width, bbox.height);
    }
    ctx.fillStyle = palette.muted;
    // A name that does not fit would run into its neighbour's.
    if (ctx.measureText(label).width + 2 * LABEL_MARGIN * ratio < width)
      ctx.fillText(label, left + LABEL_MARGIN * ratio, bbox.top + LABEL_MARGIN * ratio);
  }
  ctx.restore();
}
