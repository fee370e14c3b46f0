import { reconcile, type JournalMark, type Run } from "../promises/reconcile.ts";
import type { BenchShop } from "./bench-shop.ts";
import type { RunReconciliation } from "./run-result.ts";

/** Where the journal stood before a run. */
export interface JournalBefore {
  /** Before the run's products were listed. */
  readonly mark: JournalMark;
  /** Bytes that it took once they were. */
  readonly bytes: number;
}

/** Compares what shoppers were told with the journal. `unanswered`: attempts that may have become an order or not. */
export async function compareJournal(
  shop: BenchShop,
  before: JournalBefore,
  run: Pick<Run, "skus" | "acknowledged">,
  unanswered: number,
): Promise<RunReconciliation> {
  const { tenant, deciders } = shop;
  const journal = await reconcile(shop.journal, before.mark, { ...run, tenant, deciders });
  const { confirmedInJournal } = journal;
  const acknowledged = run.acknowledged.length;
  const bytes = (await shop.journalBytes()) - before.bytes;
  return {
    acknowledged,
    confirmedInJournal,
    unanswered,
    unexplained: Math.max(0, confirmedInJournal - acknowledged - unanswered),
    lost: journal.lost,
    lostOrders: journal.lostOrders,
    oversold: journal.oversold,
    contradicted: journal.contradicted,
    contradictions: journal.contradictions,
    soldUnits: journal.soldUnits,
    receivedUnits: journal.receivedUnits,
    // An archive that is written meanwhile, or space that is used again, tells nothing about an order.
    journalBytesPerOrder: confirmedInJournal > 0 && bytes > 0 ? Math.round(bytes / confirmedInJournal) : null,
  };
}
