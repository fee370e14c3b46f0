import { OperatorLine } from "../../bench/replay/operator-port.ts";
import { postgresLedger } from "../../bench/replay/shop-ledger.ts";
import type { ShopLedger } from "../../bench/replay/shop-ledger.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import type { ConnectOptions } from "../../gateway/client/options.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { anotherOperatorClient, checkSameShop, operatorClient } from "../cli/options.ts";
import type { ShopOptions } from "../cli/options.ts";
import { openShopDatabase } from "../cli/shop-database.ts";
import { TENANT } from "../config.ts";

/** A running shop, reached both ways: as an operator over sockets, and through its database. */
export interface ShopConnection {
  readonly operators: readonly OperatorLine[];
  /** The same connections without the patience. */
  readonly clients: readonly StampedeClient[];
  readonly ledger: ShopLedger;
  readonly database: Database;
  close(): Promise<void>;
}

// A gateway refuses more than 256 unanswered commands of one socket.
const COMMANDS_IN_FLIGHT_MAX = 200;

// A shop that restarts or is busy is waited for rather than given up: long, but not for ever.
const PATIENCE = { attemptsMax: 200, patienceMs: 120_000 };

/** Connects over so many sockets, as an operator for an hour, or for `lifeMs`; `patience` is that of each command. */
export async function connectShop(
  options: ShopOptions,
  socketCount: number,
  lifeMs?: number,
  patience: Pick<ConnectOptions, "attemptsMax" | "patienceMs"> = PATIENCE,
): Promise<ShopConnection> {
  const clients: StampedeClient[] = [];
  const closeClients = (): void => {
    for (const client of clients) client.close();
  };
  try {
    const first = await operatorClient(options, patience, lifeMs);
    clients.push(first);
    while (clients.length < socketCount) clients.push(await anotherOperatorClient(options, patience, lifeMs));
    const shopDatabase = await openShopDatabase(options.data);
    const connection: ShopConnection = {
      operators: clients.map((client) => new OperatorLine(client, COMMANDS_IN_FLIGHT_MAX)),
      clients,
      database: shopDatabase.database,
      ledger: postgresLedger(shopDatabase.database, TENANT),
      close: async () => {
        closeClients();
        await shopDatabase.close();
      },
    };
    await closedOnFailure(connection, () => checkSameShop(options, first.session.shop, shopDatabase.shopId));
    return connection;
  } catch (error) {
    closeClients();
    throw error;
  }
}

async function closedOnFailure(connection: ShopConnection, check: () => void): Promise<void> {
  try {
    check();
  } catch (error) {
    await connection.close();
    throw error;
  }
}
