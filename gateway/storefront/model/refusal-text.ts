/** Reasons that speak to programs, in words for shoppers; what was refused and what to do stands around them. */
const SHOPPERS_WORDS: ReadonlyMap<string, string> = new Map([
  ["outcome_unknown", "The shop has not answered in time."],
  ["overloaded", "The shop is very busy at the moment."],
  ["deadline_expired", "The shop is very busy at the moment."],
  ["unavailable", "The shop cannot be reached at the moment."],
  ["session_expired", "You have been here for very long; please reload the page."],
]);

/** Why something was refused, as a shopper is told. */
export function refusalText({ code, detail }: { readonly code: string; readonly detail: string }): string {
  return SHOPPERS_WORDS.get(code) ?? detail;
}
