import { shopDeciders } from "../../actors/shop.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import { checkHistory, type HistoryViolation } from "../history/check-history.ts";
import type { TestedWorld } from "./tested-world.ts";

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

/** The last views may still be on their way when the last order has ended. */
const SEEN_MS_MAX = 5_000;
const LOOK_AGAIN_MS = 250;
const VIEWS_CODE = "views";

/**
 * Compares all that the crowd has done and seen with the journal and the snapshots, once it rests. Everybody who watches has
 * to see the end in a while, so what is wrong with views only is looked at again until then.
 */
export async function checkWorld(world: TestedWorld): Promise<Verdict> {
  // Reading a long journal takes longer than any view: the time counts from the first verdict.
  let endsAtMs: number | undefined;
  for (;;) {
    const verdict = await checkNow(world);
    endsAtMs ??= performance.now() + SEEN_MS_MAX;
    const isUnseen =
      verdict.violations.length > 0 && verdict.violations.every(({ code }) => code === VIEWS_CODE);
    if (!isUnseen || performance.now() > endsAtMs) return verdict;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

async function checkNow({ postgres, history }: TestedWorld): Promise<Verdict> {
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
