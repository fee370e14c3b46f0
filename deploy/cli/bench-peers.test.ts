import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stopLeftPostgres } from "../../bench/crash/left-postgres.ts";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import type { PeersReport } from "../../bench/peers/peers-report.ts";
import { until } from "../../persistence/embedded/postmaster.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const TEST_MS_MAX = 120_000;
const BEGIN_MS_MAX = 60_000;

let shop: ShopProcess | undefined;
let directory = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-peers-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  await layOutCluster(join(directory, "postgres"));
  shop = await ShopProcess.start({ dataDirectory: directory, lanes: 1, port: 0 });
}, TEST_MS_MAX);

afterAll(async () => {
  await shop?.stop();
  await stopLeftPostgres(directory);
  rmSync(directory, { recursive: true, force: true });
}, TEST_MS_MAX);

function command(): readonly string[] {
  const sale = ["--buyers", "5", "--rounds", "1", "--seconds", "1", "--warm-up", "0", "--connections", "4"];
  return ["bench", "peers", "--data", directory, "--url", shop?.url ?? "", "--json", ...sale];
}

/** Databases of peers on the shop's server. */
async function peerDatabases(): Promise<number> {
  const database = await openDatabase(shop?.databaseUrl ?? "");
  try {
    const rows = await database.sql`select 1 from pg_database where datname like 'stampede_peers_%'`;
    return rows.length;
  } finally {
    await database.close();
  }
}

test(
  "everybody sells, nobody oversells, and no database stays behind",
  async () => {
    const { exitCode, stdout, stderr } = await runStampede(command());
    const report = JSON.parse(stdout) as PeersReport;
    expect(report.entrants.map(({ name }) => name)).toEqual([
      "shop",
      "sql-transaction",
      "sql-statement",
      "sql-skip-locked",
      "redis-always",
      "redis-everysec",
    ]);
    for (const { ordersPerSecond, lost, oversold, sellOut } of report.entrants) {
      expect(ordersPerSecond).toBeGreaterThan(0);
      expect([lost, oversold, sellOut.stored, sellOut.refused]).toEqual([0, 0, 1_000, 500]);
    }
    expect(report.entrants.map(({ connections }) => connections)).toEqual([5, 4, 4, 4, 1, 1]);
    expect(report.bestSql?.name).toStartWith("sql-");
    expect(stderr).toContain("selling 6 of 6: Redis, Lua, appendfsync everysec");
    expect([exitCode, await peerDatabases()]).toEqual([0, 0]);
  },
  TEST_MS_MAX,
);

test(
  "a comparison that is interrupted ends with 130, and no database stays behind",
  async () => {
    const child = Bun.spawn([process.execPath, PROGRAM, ...command(), "--no-redis"], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, DATABASE_URL: undefined, STAMPEDE_SECRET: undefined },
    });
    try {
      const stdout = child.stdout.text();
      const stderr = child.stderr.text();
      if (!(await until(async () => (await peerDatabases()) === 1, BEGIN_MS_MAX)))
        throw new Error(`waited ${BEGIN_MS_MAX} ms in vain until the peers had a database`);
      child.kill("SIGINT");
      expect(await child.exited).toBe(130);
      expect([await stdout, (await stderr).trim().split("\n").at(-1)]).toEqual(["", "stampede: ended early"]);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
    expect(await peerDatabases()).toBe(0);
  },
  TEST_MS_MAX,
);

test("a sale of which no database could hold the units is refused", async () => {
  const { exitCode, stderr } = await runStampede(["bench", "peers", "--seconds", "3600"]);
  expect(stderr).toContain("It must be a whole number from 1 to 120.");
  expect(exitCode).toBe(2);
});

test("without a shop there is nothing to compare", async () => {
  const { exitCode, stderr } = await runStampede(["bench", "peers", "--url", "http://127.0.0.1:9"]);
  expect(stderr).toContain("stampede: ");
  expect(exitCode).not.toBe(0);
});
