import { shopDeciders } from "../../actors/shop.ts";
import { waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import { postgresLedger } from "../../bench/replay/shop-ledger.ts";
import { defaultProjectorLimits, Projector } from "../../engine/projection/projector.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresReadModels } from "../../persistence/postgres/read-models.ts";
import { consoleLog } from "../cli/console-log.ts";
import type { ShopDatabase } from "../cli/shop-database.ts";
import { TENANT } from "../config.ts";
import { systemClock } from "../system-clock.ts";

// An open shop goes on with them within a second, also beside a crowd.
const STALLED_AFTER_MS = 15_000;

/** How many segments of the journal the read models have not followed yet. */
export async function segmentsBehind({ database }: ShopDatabase): Promise<number> {
  const ledger = postgresLedger(database, TENANT);
  const heads = await ledger.heads();
  const projected = await ledger.projected();
  return Array.from(heads, ([shard, head]) => head - (projected.get(shard) ?? 0))
    .filter((behind) => behind > 0)
    .reduce((sum, behind) => sum + behind, 0);
}

/**
 * Returns once the read models have what the journal has by now. Those of an open shop are waited for; one that is closed
 * was not always given the time to finish them, so that is done here.
 * @throws when they do not follow.
 */
export async function catchUpWithJournal(
  shop: ShopDatabase,
  lagging: (segments: number) => void,
): Promise<void> {
  if (!shop.isStopped) {
    await waitUntilCaughtUp(postgresLedger(shop.database, TENANT), lagging, STALLED_AFTER_MS);
    return;
  }
  const behind = await segmentsBehind(shop);
  if (behind === 0) return;
  lagging(behind);
  const journal = postgresJournal(shop.database);
  const projector = new Projector({
    journal,
    readModels: postgresReadModels(shop.database),
    deciders: shopDeciders,
    clock: systemClock,
    log: consoleLog,
    limits: defaultProjectorLimits,
  });
  try {
    await projector.catchUp();
  } finally {
    await journal.close();
  }
}
