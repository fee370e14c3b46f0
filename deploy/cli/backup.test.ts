import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runStampede, ShopProcess, type CommandResult } from "../../bench/crash/shop-process.ts";
import { NatsServer } from "../../engine/transport/nats/nats-server.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const TEST_MS_MAX = 120_000;
const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const SKU = "AUD-HALO-MIDNIGHT";
const LOAD = ["--sockets", "4", "--orders", "60"];
const SECRET = "the secret of all nodes on that database";

let folder: string;
let running: ShopProcess | undefined;
let cookie: string;
/** An order that was acknowledged before the backup began, as its shopper sees it. */
let order: { readonly id: string; readonly view: unknown };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stampede-backup-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(folder, 0o755);
  await layOutCluster(join(folder, "shop", "postgres"));
  await open("shop");
  const session = await fetch(`${shop().url}/v1/session`);
  cookie = session.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  await send("/v1/cart/lines", "add-1", { sku: SKU, quantity: 1 });
  const { orderId } = (await send("/v1/checkout", "pay-1", { paymentToken: "tok_ok" })) as {
    orderId: string;
  };
  order = { id: orderId, view: await captured(orderId) };
}, TEST_MS_MAX);

afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
}, TEST_MS_MAX);

function path(name: string): string {
  return join(folder, name);
}

function shop(): ShopProcess {
  if (running === undefined) throw new Error("no shop is open");
  return running;
}

async function open(name: string): Promise<void> {
  running = await ShopProcess.start({ dataDirectory: path(name), lanes: 2, port: 0, demo: true });
}

async function close(): Promise<void> {
  await running?.stop();
  running = undefined;
}

async function send(where: string, key: string, body: object): Promise<unknown> {
  const headers = { cookie, "Idempotency-Key": key, "Content-Type": "application/json" };
  const response = await fetch(`${shop().url}${where}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response.json();
}

async function viewed(id: string): Promise<unknown> {
  return (await fetch(`${shop().url}/v1/orders/${id}`, { headers: { cookie } })).json();
}

/** What an order looks like once its money has come, after which it stays as it is. */
async function captured(id: string): Promise<unknown> {
  let view: unknown;
  await eventually("the order is captured", async () => {
    view = await viewed(id);
    return JSON.stringify(view).includes("captured");
  });
  return view;
}

function sell(): Promise<CommandResult> {
  return runStampede(["bench", "flash-sale", "--data", path("shop"), "--url", shop().url, ...LOAD]);
}

/** Runs a command of the program on a database of its own. */
async function runOn(databaseUrl: string, args: readonly string[]): Promise<CommandResult> {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

test(
  "a shop is backed up while it sells, and the one that is restored has what was acknowledged, and sells",
  async () => {
    const selling = sell();
    const backup = await runStampede(["backup", path("open.backup"), "--data", path("shop"), "--json"]);
    expect([backup.exitCode, JSON.parse(backup.stdout)]).toMatchObject([0, { shardCount: 256 }]);
    expect((await selling).stdout).toContain("0 lost");
    expect((await runStampede(["backup", "check", path("open.backup")])).stdout).toContain(
      "is whole and sound",
    );

    const again = await runStampede(["backup", path("open.backup"), "--data", path("shop")]);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining("stays as it is")]);

    mkdirSync(path("second"));
    for (const secret of ["secret", "admin-token"])
      if (existsSync(path(`shop/${secret}`))) cpSync(path(`shop/${secret}`), path(`second/${secret}`));
    const tried = await runStampede(["restore", path("open.backup"), "--data", path("second"), "--dry-run"]);
    expect([tried.exitCode, tried.stdout]).toEqual([0, expect.stringContaining("nothing was changed")]);
    expect(readdirSync(path("second"))).not.toContain("postgres");
    const done = await runStampede(["restore", path("open.backup"), "--data", path("second"), "--json"]);
    expect([done.exitCode, JSON.parse(done.stdout)]).toMatchObject([
      0,
      { checks: { verify: { violations: 0 }, journal: { findings: 0 } } },
    ]);

    await close();
    await open("second");
    // The copy is no place for what is meant for the shop.
    const elsewhere = ["--data", path("shop"), "--url", shop().url];
    const misled = await runStampede(["orders", "return", order.id, "--reason", "x", ...elsewhere]);
    expect([misled.exitCode, misled.stderr]).toEqual([2, expect.stringContaining("is not the one in")]);
    expect(await viewed(order.id)).toEqual(order.view);
    await send("/v1/cart/lines", "add-2", { sku: SKU, quantity: 1 });
    const { orderId } = (await send("/v1/checkout", "pay-2", { paymentToken: "tok_ok" })) as {
      orderId: string;
    };
    await captured(orderId);
    await close();
    expect((await runStampede(["verify", "--data", path("second")])).exitCode).toBe(0);
  },
  TEST_MS_MAX,
);

test(
  "a closed shop with an archive is backed up, and goes on as a node of a cluster on a database of its own",
  async () => {
    await close();
    const closed = ["--data", path("shop")];
    expect((await runStampede(["journal", "archive", "--before", "0h", ...closed])).exitCode).toBe(0);
    expect((await runStampede(["backup", path("closed.backup"), ...closed])).exitCode).toBe(0);
    const databases: TestDatabase[] = [];
    const nats = await NatsServer.start();
    try {
      databases.push(await testDatabase(), await testDatabase());
      const [first = "", second = ""] = databases.map(({ url }) => url);
      const done = await runOn(first, ["restore", path("closed.backup"), "--json"]);
      const { tables, checks } = JSON.parse(done.stdout) as {
        tables: { name: string; rows: number }[];
        checks: { journal: { blocks: number; findings: number } };
      };
      expect(done.exitCode).toBe(0);
      expect(checks.journal.findings).toBe(0);
      expect(checks.journal.blocks).toBeGreaterThan(0);
      expect(tables.find(({ name }) => name === "journal_archive")?.rows).toBe(checks.journal.blocks);

      running = await ShopProcess.start({
        dataDirectory: path("node"),
        lanes: 2,
        port: 0,
        shared: { databaseUrl: first, secret: SECRET },
        // The name that it had when it was alone: nobody waits for that node in vain.
        cluster: { natsUrl: nats.url, node: "shop" },
      });
      // The secret is another one: this is another shopper.
      cookie = "";
      const session = await fetch(`${shop().url}/v1/session`);
      cookie = session.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
      await send("/v1/cart/lines", "add-3", { sku: SKU, quantity: 1 });
      const { orderId } = (await send("/v1/checkout", "pay-3", { paymentToken: "tok_ok" })) as {
        orderId: string;
      };
      await captured(orderId);

      expect((await runOn(first, ["backup", path("cluster.backup")])).exitCode).toBe(0);
      await close();
      const refused = await runOn(first, ["restore", path("cluster.backup")]);
      expect([refused.exitCode, refused.stderr]).toEqual([6, expect.stringContaining("is not empty")]);
      const copied = await runOn(second, ["restore", path("cluster.backup")]);
      expect([copied.exitCode, copied.stdout]).toEqual([0, expect.stringContaining("every promise holds")]);
      const shown = await runOn(second, ["journal", "show", `shop/order/${orderId}`]);
      expect(shown.stdout).toContain("phase captured");
    } finally {
      await close();
      await nats.stop();
      for (const { close: drop } of databases) await drop();
    }
  },
  TEST_MS_MAX,
);
