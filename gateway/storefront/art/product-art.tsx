/** @jsxImportSource preact */
import type { JSX } from "preact";
import { glyphName } from "./choose-glyph.ts";
import { hash, isNight, paletteOf } from "./palette.ts";
import { circle, ellipse } from "./shape.ts";

/** Whose picture it is. */
export interface ProductArtProps {
  readonly sku: string;
  readonly title: string;
  readonly category: string;
}

/** A picture of a product, drawn from its SKU, title and category: always the same for the same product. */
export function ProductArt({ sku, title, category }: ProductArtProps): JSX.Element {
  const seed = hash(sku);
  return (
    <svg
      class={`art ${paletteOf(sku, title)}`}
      // All of the product and its shadow; the ground goes on around it in a frame of another shape.
      viewBox="0 4 200 178"
      aria-hidden="true"
    >
      {isNight(title) ? <NightSky seed={seed} /> : <Backdrop seed={seed} />}
      <path d={ellipse(100, 166, 62, 7)} fill="rgb(20 20 40 / .16)" />
      <use href={`#glyph-${glyphName(title, category)}`} width="200" height="200" />
    </svg>
  );
}

const SOFT_LIGHT = "rgb(255 255 255 / .34)";

/** One large quiet form behind the product: a sun, an arch, hills or rings. */
function Backdrop({ seed }: { readonly seed: number }): JSX.Element {
  const kind = (seed >>> 8) % 4;
  if (kind === 0) return <path d={circle(128 - (seed % 56), 84, 62)} fill={SOFT_LIGHT} />;
  if (kind === 1) return <path d="M36 300V92a64 64 0 0 1 128 0v208z" fill={SOFT_LIGHT} />;
  if (kind === 2) {
    return <path d="M-100 150q90-46 160-16t240-30v300h-400z" fill={SOFT_LIGHT} />;
  }
  return (
    <path
      d={`${circle(100, 100, 58)}${circle(100, 100, 82)}${circle(100, 100, 108)}`}
      fill="none"
      stroke={SOFT_LIGHT}
      stroke-width="7"
    />
  );
}

/** A moon and some stars; where they stand comes from the seed. */
function NightSky({ seed }: { readonly seed: number }): JSX.Element {
  const stars = Array.from({ length: 16 }, (_, index) => {
    const place = hash(`${seed}.${index}`);
    return circle((place % 280) - 40, ((place >>> 9) % 190) - 20, 0.8 + ((place >>> 20) % 3) * 0.5);
  });
  return (
    <g>
      <path d={stars.join("")} fill="rgb(255 255 255 / .75)" />
      <path d={circle(100, 100, 74)} fill="rgb(140 130 255 / .16)" />
      <path d="M156 16a20 20 0 1 0 13 31 16.5 16.5 0 0 1-13-31z" fill="#ffe2a8" />
    </g>
  );
}
