/** How many passed and failed. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

const COUNT_LINE = /^\s*(\d+) (pass|fail|skip|todo)$/;
// oxlint-disable-next-line no-control-regex -- the escape character is what starts a colour
const COLOUR = /\u001B\[[\d;]*m/g;

/**
 * Reads the totals from what `bun test` wrote. Its summary comes last, so the last count of each sort holds. A skipped
 * test counts as failed: what cannot run here has to say so and fail. A run that ended badly without a count (a crash, a
 * filter that matches nothing) is one failure.
 */
export function readTestTotals(output: string, exitCode: number): Totals {
  const counts = new Map<string, number>();
  for (const line of output.replaceAll(COLOUR, "").split("\n")) {
    const [, digits, sort] = COUNT_LINE.exec(line) ?? [];
    if (digits !== undefined && sort !== undefined) counts.set(sort, Number(digits));
  }
  const failed = (counts.get("fail") ?? 0) + (counts.get("skip") ?? 0) + (counts.get("todo") ?? 0);
  return { passed: counts.get("pass") ?? 0, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
