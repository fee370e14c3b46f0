/** The colours of a chart, as the style sheet has them now. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly band: string;
  /** One for each line of a chart; from the seventh line on they begin again, in other dashes. */
  readonly series: readonly string[];
}

const SERIES_COLOURS = 6;
// Lines differ in more than their colour.
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4]];

/** Reads the colours of the style sheet. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"),
    muted: colour("muted"),
    line: colour("line"),
    band: colour("band"),
    series: Array.from({ length: SERIES_COLOURS }, (_, at) => colour(`series-${at + 1}`)),
  };
}

/** Colour and dashes of a line of a chart. */
export function strokeOf({ series, ink }: Palette, at: number): { stroke: string; dash: number[] } {
  const round = Math.floor(at / series.length);
  return {
    stroke: series[at % series.length] ?? ink,
    dash: [...(DASHES[(at + round) % DASHES.length] ?? [])],
  };
}
