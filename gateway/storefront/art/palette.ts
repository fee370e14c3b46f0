import type { Paint } from "./shape.ts";

/** The colours of one picture. */
export interface Palette {
  /** Background, from the top left to the bottom right. */
  readonly from: string;
  readonly to: string;
  /** As the variables that the drawings are painted with. */
  readonly paints: Readonly<Record<`--${Paint}`, string>>;
}

type Colours = readonly [from: string, to: string, main: string, dark: string, light: string, accent: string];

// Sand, sage, sky, blush, clay, lilac, butter, slate: muted grounds, one saturated accent each.
const COLOURS: readonly Colours[] = [
  ["#f6ead9", "#e6cfae", "#3f5d63", "#2a4046", "#fdf6ea", "#e2703a"],
  ["#e3ecdf", "#bfd3ba", "#c8553d", "#8f3526", "#fbf7ee", "#f2b544"],
  ["#dfeaf6", "#b4cdea", "#f0a04b", "#c06f24", "#fffaf0", "#2d5d9f"],
  ["#fbe4e1", "#f1bdb9", "#355070", "#22364f", "#fff7f4", "#e56b6f"],
  ["#f5ddcd", "#dda684", "#f4f0e6", "#c9b9a0", "#ffffff", "#7a3e2b"],
  ["#e9e3f6", "#c6b8e6", "#5b4b9a", "#3d3170", "#faf7ff", "#f28f6b"],
  ["#fcf0cf", "#f3d585", "#2f6f62", "#1d4a41", "#fffdf4", "#e4572e"],
  ["#dde3e8", "#a9b8c4", "#d9705a", "#a04a38", "#fdf9f5", "#27475f"],
];

const MIDNIGHT: Colours = ["#2b2a63", "#0d0e2a", "#6f6bd8", "#4540a3", "#e9e6ff", "#ffc46b"];

const LEAF = "#5a8a5e";
const INK = "#1f2330";
const WARM = "#f5b83d";

// Titles that name a colour get a ground and a body near to it.
const BY_WORD: readonly (readonly [word: RegExp, index: number])[] = [
  [/indigo/i, 5],
  [/sand|speckled/i, 0],
  [/brass|glass/i, 6],
  [/colour|sea/i, 2],
];

/** Whether a product is drawn at night. */
export function isNight(title: string): boolean {
  return /midnight|night/i.test(title);
}

/** The colours of a product's picture: always the same for the same SKU. */
export function paletteOf(sku: string, title: string): Palette {
  const named = BY_WORD.find(([word]) => word.test(title))?.[1];
  const day = COLOURS[named ?? hash(sku) % COLOURS.length] ?? MIDNIGHT;
  const [from, to, main, dark, light, accent] = isNight(title) ? MIDNIGHT : day;
  const glow = isNight(title) ? "rgb(255 190 90 / .24)" : "rgb(255 236 190 / .38)";
  return {
    from,
    to,
    paints: {
      "--main": main,
      "--dark": dark,
      "--light": light,
      "--accent": accent,
      "--ink": INK,
      "--glow": glow,
      "--leaf": LEAF,
      "--warm": WARM,
    },
  };
}

/** A number from 0 to 2³² − 1 that stands for a text (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
