import { afterEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { familyOf, killAll } from "../../bench/chaos/process-family.ts";
import { stopLeftPostgres } from "../../bench/crash/left-postgres.ts";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import { readMetric } from "../../bench/carts/shop-figures.ts";
import { readPostmaster, until } from "../../persistence/embedded/postmaster.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const TEST_MS_MAX = 120_000;
const SELLING_MS_MAX = 60_000;

let shop: ShopProcess | undefined;
let directory = "";

afterEach(async () => {
  await shop?.kill();
  await stopLeftPostgres(directory);
  rmSync(directory, { recursive: true, force: true });
}, TEST_MS_MAX);

/** Opens a shop, and returns the arguments of a sale at it that would go on for ten minutes. */
async function openShop() {
  directory = mkdtempSync(join(tmpdir(), "stampede-sale-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  await layOutCluster(join(directory, "postgres"));
  const open = await ShopProcess.start({ dataDirectory: directory, lanes: 1, port: 0 });
  shop = open;
  const target = ["--data", directory, "--url", open.url];
  const load = ["--sockets", "5", "--seconds", "600", "--warm-up", "0"];
  return { open, sale: ["bench", "flash-sale", ...target, ...load] };
}

/** Waits until a shop has had something to do. */
async function untilBusy({ adminPort }: ShopProcess): Promise<void> {
  const metrics = `http://127.0.0.1:${adminPort}/metrics`;
  const sold = () => readMetric(metrics, "stampede_tail_events");
  if (!(await until(async () => (await sold()) > 200, SELLING_MS_MAX)))
    throw new Error(`waited ${SELLING_MS_MAX} ms in vain until the shop was busy`);
}

/** Ends a shop in the middle of a sale, and returns what the bench makes of it. */
async function saleUntil(end: (shop: ShopProcess) => Promise<unknown>, ...args: readonly string[]) {
  const { open, sale } = await openShop();
  const result = runStampede([...sale, ...args]);
  await untilBusy(open);
  await end(open);
  return result;
}

/** Ends a sale by Ctrl-C, which npm passes on once more. */
async function interruptedSale(...args: readonly string[]) {
  const { open, sale } = await openShop();
  const child = Bun.spawn([process.execPath, PROGRAM, ...sale, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL: undefined, STAMPEDE_SECRET: undefined },
  });
  const [stdout, stderr] = [child.stdout.text(), child.stderr.text()];
  await untilBusy(open);
  child.kill("SIGINT");
  child.kill("SIGINT");
  return { exitCode: await child.exited, stdout: await stdout, stderr: await stderr };
}

/** kill -9 of the shop, its Postgres and all backends, before any of them can notice. */
async function killWithDatabase({ pid }: ShopProcess): Promise<void> {
  const server = await readPostmaster(join(directory, "postgres", "postgres"));
  if (server === undefined) throw new Error(`no Postgres runs below ${directory}`);
  await killAll([...familyOf(server.pid), pid]);
}

test(
  "a sale whose shop is killed ends early with exit code 1, and its orders are looked for in the database all the same",
  async () => {
    const { exitCode, stdout } = await saleUntil((open) => open.kill(), "--json");
    const report = JSON.parse(stdout) as Record<string, number>;
    expect(report).toMatchObject({ endedEarly: true, shopWentAway: true, interrupted: false, lost: 0 });
    expect(report).toMatchObject({ oversold: 0, unexplained: 0, cpuMicrosPerOrder: null });
    expect(report["acknowledged"]).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
  },
  TEST_MS_MAX,
);

test(
  "a sale whose shop goes away with its database says what it could not compare",
  async () => {
    const { exitCode, stdout } = await saleUntil(killWithDatabase);
    expect(stdout.split("\n")[0]).toEndWith("ended early because the shop went away");
    expect(stdout).toContain("NOT COMPARED");
    expect(exitCode).toBe(1);
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C ends a sale early, and what was measured is reported",
  async () => {
    const { exitCode, stdout } = await interruptedSale("--json");
    expect(JSON.parse(stdout)).toMatchObject({
      interrupted: true,
      shopWentAway: false,
      lost: 0,
      oversold: 0,
    });
    expect(exitCode).toBe(0);
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C while products are listed ends at once, and says what stays",
  async () => {
    const { exitCode, stdout, stderr } = await interruptedSale("--skus", "10000");
    expect([exitCode, stdout]).toEqual([130, ""]);
    expect(stderr).toMatch(
      /^stampede: ended early; the products that it has listed \(bench-\w+-…\) stay in the catalogue$/m,
    );
  },
  TEST_MS_MAX,
);
