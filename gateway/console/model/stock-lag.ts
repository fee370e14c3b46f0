import { numberText } from "./numbers.ts";

/** How old the stock that is shown may be, by the segments of the journal that it is behind; empty while it is not. Null: nobody tells. */
export function stockLagText(segments: number | null): string {
  if (segments === null) return "Stock may be old: no node tells how far it is behind the journal.";
  if (segments <= 0) return "";
  return `Stock is ${numberText(segments)} ${segments === 1 ? "segment" : "segments"} of the journal behind.`;
}
