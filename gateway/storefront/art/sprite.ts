import { audioAndDesk } from "./glyphs-audio-desk.ts";
import { kitchenAndHome } from "./glyphs-kitchen-home.ts";
import { wearOutdoorAndPlay } from "./glyphs-wear-out.ts";
import type { Glyph, Shape } from "./shape.ts";

const glyphs = { ...audioAndDesk, ...kitchenAndHome, ...wearOutdoorAndPlay };

/** The name of a drawing. */
export type GlyphName = keyof typeof glyphs;

/**
 * All drawings as one SVG element to stand in the page, each a symbol `glyph-NAME` painted with the variables
 * `--main`, `--dark` and so on. Made when the page is built, so that the page's script need not carry the shapes.
 */
export function glyphSprite(): string {
  const symbols = Object.entries<Glyph>(glyphs).map(([name, glyph]) => symbol(name, glyph));
  return `<svg class="sprite" width="0" height="0" aria-hidden="true">${symbols.join("")}</svg>`;
}

function symbol(name: string, { shapes, turn = 0 }: Glyph): string {
  const drawing = shapes.map(path).join("");
  const turned = turn === 0 ? drawing : `<g transform="rotate(${turn} 100 100)">${drawing}</g>`;
  return `<symbol id="glyph-${name}" viewBox="0 0 200 200">${turned}</symbol>`;
}

function path([paint, shape, lineWidth]: Shape): string {
  if (lineWidth === undefined) return `<path d="${shape}" fill="var(--${paint})"/>`;
  return (
    `<path d="${shape}" fill="none" stroke="var(--${paint})" stroke-width="${lineWidth}" ` +
    `stroke-linecap="round" stroke-linejoin="round"/>`
  );
}
