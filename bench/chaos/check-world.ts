import { shopDeciders } from "../../actors/shop.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import { checkHistory, type HistoryViolation } from "../history/check-history.ts";
import type { ChaosWorld } from "./chaos-world.ts";

/** What journal and history say together. */
export interface Verdict {
  /** Answers that the journal does not have, or has otherwise. */
  readonly lost: number;
  /** Changes of stock after which a SKU had less than nothing. */
  readonly oversold: number;
  /** Everything else that was broken. */
  readonly others: number;
  /** The first of all of them. */
  readonly violations: readonly HistoryViolation[];
}

const LOST_CODES = new Set(["answers", "orders", "checkouts"]);
const OVERSOLD_CODES = new Set(["stock"]);

/** Compares all that the crowd has done and seen with the journal and the snapshots. */
export async function checkWorld({ postgres, history }: ChaosWorld): Promise<Verdict> {
  const database = await openDatabase(postgres.url);
  const journal = postgresJournal(database);
  const snapshots = postgresSnapshots(database);
  try {
    const [shop] = await database.sql<{ shard_count: number }[]>`select shard_count from shop`;
    const options = { deciders: shopDeciders, shardCount: shop?.shard_count ?? 0, snapshots };
    const { violations, report } = await checkHistory(await history.read(), journal, options);
    const count = (codes: ReadonlySet<string>): number =>
      report.checks.reduce((sum, check) => sum + (codes.has(check.name) ? check.violations : 0), 0);
    const lost = count(LOST_CODES);
    const oversold = count(OVERSOLD_CODES);
    return { lost, oversold, others: report.violations - lost - oversold, violations };
  } finally {
    await Promise.all([journal.close(), snapshots.close()]);
    await database.close();
  }
}
