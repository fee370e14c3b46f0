/**
 * The smallest part of a list that still fails that can be found by leaving pieces out (Zeller and Hildebrandt, "Simplifying
 * and Isolating Failure-Inducing Input", 2002). `fails` is asked at most `attemptsMax` times.
 */
export async function shrink(
  items: readonly string[],
  fails: (items: readonly string[]) => boolean | Promise<boolean>,
  attemptsMax: number,
): Promise<readonly string[]> {
  let smallest = items;
  let attempts = 0;
  for (let pieces = 2; smallest.length > 0 && attempts < attemptsMax;) {
    const size = Math.ceil(smallest.length / pieces);
    let found: readonly string[] | undefined;
    for (let start = 0; start < smallest.length && attempts < attemptsMax; start += size) {
      const without = [...smallest.slice(0, start), ...smallest.slice(start + size)];
      attempts += 1;
      if (!(await fails(without))) continue;
      found = without;
      break;
    }
    if (found !== undefined) {
      smallest = found;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) break;
    else pieces = Math.min(smallest.length, pieces * 2);
  }
  return smallest;
}
