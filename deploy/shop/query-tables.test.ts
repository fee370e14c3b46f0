import { afterEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { ShopProcess } from "../../bench/crash/shop-process.ts";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const TEST_MS_MAX = 60_000;

const directory = mkdtempSync(join(tmpdir(), "stampede-tables-"));
// Postgres runs as a user of its own when we are root, and has to get to its files.
chmodSync(directory, 0o755);
let running: ShopProcess | undefined;

afterEach(async () => {
  await running?.stop();
  rmSync(directory, { recursive: true });
});

async function catalogue(
  shop: ShopProcess,
): Promise<readonly { readonly sku: string; readonly available: number }[]> {
  const response = await fetch(`${shop.url}/v1/catalogue?limit=100`);
  const { entries } = (await response.json()) as { entries: { sku: string; available: number }[] };
  return entries.toSorted((left, right) => left.sku.localeCompare(right.sku));
}

test(
  "tables for queries may be deleted: the shop opens and builds them again from the journal",
  async () => {
    const options = { dataDirectory: directory, lanes: 1, port: 0, demo: true };
    await layOutCluster(join(directory, "postgres"));
    running = await ShopProcess.start(options);
    const before = await catalogue(running);
    await running.stop();
    running = undefined;

    const server = await startEmbeddedPostgres({ directory: join(directory, "postgres"), log: silentLog });
    const sql = postgres(server.url, { max: 1 });
    await sql`truncate stock, orders, projected_position`;
    await sql.end();
    await server.stop();

    const again = await ShopProcess.start(options);
    running = again;
    await eventually("the catalogue is there again", async () =>
      Bun.deepEquals(await catalogue(again), before),
    );
    expect(before.length).toBeGreaterThanOrEqual(40);
  },
  TEST_MS_MAX,
);
