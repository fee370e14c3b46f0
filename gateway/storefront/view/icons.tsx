/** @jsxImportSource preact */
import type { JSX } from "preact";

const PATHS = {
  logo: "M4 18 9.5 7l4 6.6 3-5L22 18",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
  bag: "M5 8h14l1 13H4zM8.5 8V7a3.5 3.5 0 0 1 7 0v1",
  close: "M5 5l14 14M19 5 5 19",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  bin: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  check: "M4.5 12.5l5 5 10-11",
  back: "M14 5l-7 7 7 7",
  next: "M10 5l7 7-7 7",
  card: "M3 6h18v12H3zM3 10h18M7 15h3",
} as const;

/** A line drawing that stands beside words; never alone without a label. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
