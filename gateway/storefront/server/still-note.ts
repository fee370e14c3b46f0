/** What a page has to say to those for whom no script brings it to life. */
export type Stillness =
  /** Of which moment it is: server time, milliseconds since the Unix epoch. */
  | { readonly type: "shop"; readonly nowMs: number }
  /** The same, and that its address names a product that there is not. */
  | { readonly type: "no-product"; readonly nowMs: number }
  /** Nobody could tell what is in the catalogue. */
  | { readonly type: "no-catalogue" };

const BUYING = "Buying needs JavaScript: please switch it on for this page.";

/** Draws the note for who reads the page without scripts, as HTML. */
export function stillNote(stillness: Stillness): string {
  return `<div class="still-note">${paragraphs(stillness).join("")}</div>`;
}

function paragraphs(stillness: Stillness): readonly string[] {
  switch (stillness.type) {
    case "shop":
      return [`<p>${asOf(stillness.nowMs)} ${BUYING}</p>`];
    case "no-product":
      return [
        `<p>This product could not be found. <a href="/">Look at all products.</a></p>`,
        `<p>${asOf(stillness.nowMs)} ${BUYING}</p>`,
      ];
    case "no-catalogue":
      return [
        "<p>The products cannot be shown at the moment. Please load the page again in a while.</p>",
        `<p>${BUYING}</p>`,
      ];
  }
}

/** In a zone that needs no knowledge of who reads it. */
function asOf(timeMs: number): string {
  const time = new Date(timeMs).toISOString();
  return `Stock and prices as of <time datetime="${time}">${time.slice(11, 19)} UTC</time>.`;
}
