/** What a shape is painted with; each product's palette gives the colours. */
export type Paint = "main" | "dark" | "light" | "accent" | "ink" | "glow" | "leaf" | "warm";

/** One shape of a drawing: filled, or drawn as a line when it has a width. All in a square of 200 by 200. */
export type Shape = readonly [paint: Paint, path: string, lineWidth?: number];

/** A drawing of a kind of product, shapes from back to front. */
export interface Glyph {
  readonly shapes: readonly Shape[];
  /** Turns the drawing around its middle, degrees. */
  readonly turn?: number;
}

/** The path of a circle. */
export function circle(x: number, y: number, radius: number): string {
  return ellipse(x, y, radius, radius);
}

/** The path of an ellipse. */
export function ellipse(x: number, y: number, radiusX: number, radiusY: number): string {
  const arc = `a${radiusX} ${radiusY} 0 1 0 `;
  return `M${x - radiusX} ${y}${arc}${2 * radiusX} 0${arc}${-2 * radiusX} 0z`;
}

/** The path of a rectangle with round corners. */
export function box(x: number, y: number, width: number, height: number, radius = 0): string {
  const [across, down] = [width - 2 * radius, height - 2 * radius];
  const corner = (toX: number, toY: number) => `a${radius} ${radius} 0 0 1 ${toX} ${toY}`;
  return (
    `M${x + radius} ${y}h${across}${corner(radius, radius)}v${down}${corner(-radius, radius)}` +
    `h${-across}${corner(-radius, -radius)}v${-down}${corner(radius, -radius)}z`
  );
}

/** The paths of a grid of equal boxes. */
export function grid(
  from: readonly [x: number, y: number],
  count: readonly [columns: number, rows: number],
  size: number,
  gap: number,
): string {
  let path = "";
  for (let row = 0; row < count[1]; row++) {
    for (let column = 0; column < count[0]; column++) {
      path += box(from[0] + column * (size + gap), from[1] + row * (size + gap), size, size, 2);
    }
  }
  return path;
}
