import type uPlot from "uplot";
import type { Band } from "../chart.ts";
import type { Palette } from "./palette.ts";

/** Room above a chart for the names of its phases, pixels. */
export const BAND_LABEL_HEIGHT = 20;

const LABEL_MARGIN = 5;

/** Shades every other phase behind the lines of a chart, and names them above it. */
export function shadeBands(bands: readonly Band[], palette: Palette): uPlot.Plugin {
  return { hooks: { drawClear: (plot) => drawBands(plot, bands, palette) } };
}

function drawBands(plot: uPlot, bands: readonly Band[], palette: Palette): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const labelHeight = BAND_LABEL_HEIGHT * ratio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - labelHeight, bbox.width, bbox.height + labelHeight);
  ctx.clip();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  for (const [at, { label, fromSecond, toSecond }] of bands.entries()) {
    const left = plot.valToPos(fromSecond, "x", true);
    const width = Math.min(plot.valToPos(toSecond, "x", true), bbox.left + bbox.width) - left;
    if (at % 2 === 0) {
      ctx.fillStyle = palette.band;
      ctx.fillRect(left, bbox.top - labelHeight, width, bbox.height + labelHeight);
    }
    ctx.fillStyle = palette.muted;
    // A name that does not fit would run into its neighbour's.
    if (ctx.measureText(label).width + 2 * LABEL_MARGIN * ratio < width)
      ctx.fillText(label, left + LABEL_MARGIN * ratio, bbox.top - labelHeight / 2);
  }
  ctx.restore();
}
