const NAMED_MAX = 3;
const LISTED = new Intl.ListFormat("en-GB");

/** Products by their titles, in words: "Mug, Lamp, Kite and 2 more". */
export function titleList(titles: readonly string[]): string {
  const more = titles.length > NAMED_MAX ? [`${titles.length - NAMED_MAX} more`] : [];
  return LISTED.format([...titles.slice(0, NAMED_MAX), ...more]);
}
