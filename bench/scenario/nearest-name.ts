// Two slips of the finger; more of them is another word.
const SLIPS_MAX = 2;

/** Of these names the one that somebody has most likely meant who wrote another; undefined when none is close. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const [nearest] = names
    .map((name) => ({ name, slips: slipsBetween(written.toLowerCase(), name.toLowerCase()) }))
    // A short word is soon turned into any other.
    .filter(({ name, slips }) => slips <= SLIPS_MAX && 2 * slips < name.length)
    .toSorted((one, other) => one.slips - other.slips);
  return nearest?.name;
}

/** Letters to insert, delete or replace to turn one word into the other: the distance of Levenshtein, row by row. */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (row[at - 1] ?? 0) + (other[at - 1] === one[index] ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
