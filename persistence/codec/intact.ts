import type { Log } from "../../engine/ports/log.ts";
import { DamagedBytes } from "./seal.ts";

/**
 * Decodes stored snapshots. A damaged one is reported and left out: the journal, read from its start, gives the same state.
 */
export function intact<Row, Stored>(
  rows: readonly Row[],
  log: Log | undefined,
  decode: (row: Row) => Stored,
): readonly Stored[] {
  const stored: Stored[] = [];
  for (const row of rows)
    try {
      stored.push(decode(row));
    } catch (error) {
      if (!(error instanceof DamagedBytes)) throw error;
      log?.error({ err: error }, "a damaged snapshot was left out");
    }
  return stored;
}
