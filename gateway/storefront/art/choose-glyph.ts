import type { GlyphName } from "./sprite.ts";

// The first word that a product's title has wins, so that "task lamp" comes before "lamp".
const BY_WORD: readonly (readonly [words: RegExp, name: GlyphName])[] = [
  [/headphone|headset/, "headphones"],
  [/earbud|earphone/, "earbuds"],
  [/speaker/, "speaker"],
  [/turntable|record|vinyl/, "turntable"],
  [/radio/, "radio"],
  [/microphone/, "microphone"],
  [/keyboard/, "keyboard"],
  [/task lamp|desk lamp/, "taskLamp"],
  [/lantern/, "lantern"],
  [/lamp|light/, "tableLamp"],
  [/mouse/, "mouse"],
  [/pocket notebook|notebooks/, "notebooks"],
  [/notebook|diary|journal|book/, "notebook"],
  [/\bpens?\b|pencil/, "pen"],
  [/laptop/, "laptopStand"],
  [/mug|\bcup|tea/, "mug"],
  [/kettle/, "kettle"],
  [/grinder|\bmill\b/, "grinder"],
  [/knife/, "knife"],
  [/\bpan\b/, "pan"],
  [/carafe|decanter|glass\b/, "carafe"],
  [/stool/, "stool"],
  [/chair|sofa/, "chair"],
  [/cactus/, "cactus"],
  [/plant|fern/, "plant"],
  [/vase/, "vase"],
  [/clock/, "clock"],
  [/candle/, "candle"],
  [/runner|shoe|trainer|boot/, "shoe"],
  [/jacket|coat/, "jacket"],
  [/striped/, "stripedShirt"],
  [/\btee\b|shirt|jersey/, "shirt"],
  [/\bcap\b|\bhat\b/, "cap"],
  [/watch/, "watch"],
  [/glasses/, "glasses"],
  [/sock/, "socks"],
  [/roll-top|\btote\b|\bbag\b/, "rollTop"],
  [/backpack/, "backpack"],
  [/tent/, "tent"],
  [/flask|bottle/, "flask"],
  [/compass/, "compass"],
  [/bicycle|\bbike\b/, "bicycle"],
  [/chess/, "chess"],
  [/block/, "blocks"],
  [/kite/, "kite"],
  [/puzzle|jigsaw/, "puzzle"],
  [/camera/, "camera"],
  [/film/, "film"],
];

const BY_CATEGORY: ReadonlyMap<string, GlyphName> = new Map([
  ["Audio", "speaker"],
  ["Desk", "notebook"],
  ["Kitchen", "mug"],
  ["Home", "tableLamp"],
  ["Wear", "shirt"],
  ["Outdoor", "backpack"],
  ["Play", "blocks"],
]);

/** The name of the drawing that fits a product best; a parcel when nothing does. */
export function glyphName(title: string, category: string): GlyphName {
  const words = title.toLowerCase();
  const found = BY_WORD.find(([pattern]) => pattern.test(words));
  return found?.[1] ?? BY_CATEGORY.get(category) ?? "parcel";
}
