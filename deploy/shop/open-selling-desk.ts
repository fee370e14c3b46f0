import { postgresLedger } from "../../bench/replay/shop-ledger.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Log } from "../../engine/ports/log.ts";
import { databaseOf } from "../../persistence/postgres/database.ts";
import { TENANT } from "../config.ts";
import { caughtUpWithin } from "../sale/caught-up-within.ts";
import { readSaleProducts } from "../sale/sale-product.ts";
import { SellingDesk } from "../sale/selling-desk.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import { OperatorCommands } from "./operator-commands.ts";

// An operator looks on.
const STATEMENT_MS_MAX = 5_000;

/** What a node's operators stop selling with, on a connection of its own, which is made when somebody asks first. */
export function openSellingDesk(
  databaseUrl: string,
  dispatcher: Dispatcher,
  log: Log,
): { readonly desk: SellingDesk; readonly close: () => Promise<void> } {
  const database = databaseOf(databaseUrl, {
    applicationName: "stampede selling",
    connectionsMax: 1,
    statementDeadlineMs: STATEMENT_MS_MAX,
  });
  const desk = new SellingDesk({
    products: () => database.read((sql) => readSaleProducts({ sql }, TENANT)),
    caughtUp: (withinMs) =>
      caughtUpWithin(
        {
          heads: () => database.read((sql) => postgresLedger({ sql }, TENANT).heads()),
          projected: () => database.read((sql) => postgresLedger({ sql }, TENANT).projected()),
        },
        withinMs,
      ),
    shop: new OperatorCommands(dispatcher, TENANT, systemClock, log),
    clock: systemClock,
    entropy: systemEntropy,
    log,
  });
  return { desk, close: () => database.close() };
}
