/** How many palettes there are by day: `styles/art.css` has their colours, as `art-0` and so on. */
const DAYS = 8;

// Titles that name a colour get a ground and a body near to it.
const BY_WORD: readonly (readonly [word: RegExp, palette: number])[] = [
  [/indigo/i, 5],
  [/sand|speckled/i, 0],
  [/brass|glass/i, 6],
  [/colour|sea/i, 2],
];

/** Whether a product is drawn at night. */
export function isNight(title: string): boolean {
  return /midnight|night/i.test(title);
}

/** The class that gives a product's picture its colours: always the same for the same SKU. */
export function paletteOf(sku: string, title: string): string {
  if (isNight(title)) return "art-night";
  return `art-${BY_WORD.find(([word]) => word.test(title))?.[1] ?? hash(sku) % DAYS}`;
}

/** A number from 0 to 2³² − 1 that stands for a text (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
