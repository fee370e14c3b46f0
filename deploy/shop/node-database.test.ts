import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogFields } from "../../engine/ports/log.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { migratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { readConfig } from "../config.ts";
import { Closers } from "./closers.ts";
import { DataDirectory } from "./data-directory.ts";
import { openNodeDatabase } from "./node-database.ts";

test("a node whose tables somebody uses says in its log that it waits for them", async () => {
  const shop = await migratedDatabase();
  const said: string[] = [];
  const log = { ...silentLog, info: (_fields: LogFields, message: string) => void said.push(message) };
  const closers = new Closers(silentLog);
  const folder = mkdtempSync(join(tmpdir(), "stampede-node-"));
  const directory = DataDirectory.open(folder);
  try {
    const { sql } = shop.database;
    await sql.unsafe(
      "drop index orders_by_time; delete from migration where name = '0022-orders-by-time.sql'",
    );
    const using = shop.raw();
    await using.unsafe("begin; lock table orders in access exclusive mode");
    const opening = openNodeDatabase({
      config: readConfig({}, { DATABASE_URL: shop.url }),
      directory,
      closers,
      isClosing: () => false,
      failed: () => undefined,
      log,
    });
    await eventually("the log says so", () => said.some((message) => message.includes("waits for a table")));
    await using.unsafe("rollback");
    expect(await opening).toMatchObject({ databaseUrl: shop.url });
  } finally {
    await closers.close();
    await shop.close();
    directory.close();
    rmSync(folder, { recursive: true });
  }
}, 60_000);
