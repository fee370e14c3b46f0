import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const TEST_MS_MAX = 120_000;
const SKU = "AUD-HALO-MIDNIGHT";
const ORDERS = 120;

let directory: string;
let running: ShopProcess | undefined;
/** What one shopper has, with the key of the order to ask again with. */
let cookie: string;
let orderId: string;
let cartId: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-journal-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  await openShop();
  const session = await fetch(`${shop().url}/v1/session`);
  cookie = session.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  await send("/v1/cart/lines", "add-1", { sku: SKU, quantity: 1 });
  const placed = (await checkOut()) as { readonly orderId: string };
  orderId = placed.orderId;
  [cartId = ""] = orderId.split("~");
  const load = ["--sockets", "6", "--orders", String(ORDERS)];
  const bench = await runStampede(["bench", "flash-sale", ...target(), "--url", shop().url, ...load]);
  expect(bench.stdout).toContain("0 lost");
}, TEST_MS_MAX);

afterAll(async () => {
  await running?.kill();
  // A killed shop leaves its Postgres running: this finds it.
  await withDatabase(() => Promise.resolve());
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

function shop(): ShopProcess {
  if (running === undefined) throw new Error("no shop is open");
  return running;
}

async function openShop(): Promise<void> {
  await layOutCluster(join(directory, "postgres"));
  running = await ShopProcess.start({ dataDirectory: directory, lanes: 2, port: 0, demo: true });
}

/** Ends the shop in good order: all that changed is in checkpoints. */
async function closeShop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

function target(): readonly string[] {
  return ["--data", directory];
}

async function send(path: string, key: string, body: object): Promise<unknown> {
  const headers = { cookie, "Idempotency-Key": key, "Content-Type": "application/json" };
  const response = await fetch(`${shop().url}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response.json();
}

function checkOut(): Promise<unknown> {
  return send("/v1/checkout", "pay-1", { paymentToken: "tok_ok" });
}

async function views(): Promise<readonly unknown[]> {
  const paths = ["/v1/cart", `/v1/orders/${orderId}`];
  return Promise.all(
    paths.map(async (path) => (await fetch(`${shop().url}${path}`, { headers: { cookie } })).json()),
  );
}

/** Runs a journal command of the shop. */
function journal(...args: readonly string[]) {
  return runStampede(["journal", ...args, ...target()]);
}

async function checked() {
  const { exitCode, stdout } = await journal("check", "--json");
  const { findings, blocks } = JSON.parse(stdout) as Record<string, number>;
  const verified = await runStampede(["verify", ...target()]);
  expect(verified.stdout).toStartWith(`database ${directory}\n`);
  return { exitCodes: [exitCode, verified.exitCode], findings, blocks };
}

/** Histories as they are printed. */
async function histories(): Promise<readonly string[]> {
  const shown: string[] = [];
  // One after the other: each of them has the database of a stopped shop for itself.
  for (const actor of [`inventory/${SKU}`, `cart/${cartId}`, `order/${orderId}`]) {
    const { exitCode, stdout } = await journal("show", `shop/${actor}`);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n", 2)).toEqual([`database ${directory}`, expect.stringMatching(/^segment /)]);
    shown.push(stdout);
  }
  return shown;
}

async function withDatabase(use: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const server = await startEmbeddedPostgres({ directory: join(directory, "postgres"), log: silentLog });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  await use(sql);
  await sql.end();
  await server.stop();
}

/** Segments that the journal has outside its archive. */
async function storedSegments(): Promise<number> {
  let stored = 0;
  await withDatabase(async (sql) => {
    const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from journal_segment`;
    stored = row?.count ?? 0;
  });
  return stored;
}

test(
  "histories of a running shop are shown for people and for programs",
  async () => {
    const order = await journal("show", `shop/order/${orderId}`);
    expect(order.exitCode).toBe(0);
    expect(order.stdout).toMatch(/^segment \d+ of shard \d+, epoch 1, 20\d\d-.*Z, commit [-0-9a-f]+$/m);
    expect(order.stdout).toContain("amount 149.00 GBP");
    expect(order.stdout).toContain("token (not shown)");
    expect(order.stdout).not.toContain("tok_ok");
    expect(order.stdout).toContain("phase captured");

    const cart = await journal("show", `shop/cart/${cartId}`, "--json", "--messages");
    expect(cart.stdout).not.toContain("tok_ok");
    const lines = cart.stdout.trim().split("\n");
    const steps = lines.map((line) => JSON.parse(line) as { type: string; events?: { type: string }[] });
    expect(steps.map(({ type }) => type)).toEqual([...lines.slice(1).map(() => "segment"), "state"]);
    const events = steps.flatMap((step) => step.events ?? []).map(({ type }) => type);
    expect(events).toEqual(["CartOpened", "LineHeld", "CheckedOut", "CheckOutConfirmed"]);

    const second = await journal("show", `shop/cart/${cartId}`, "--after", "1", "--limit", "1");
    expect(second.stdout).toContain("CartOpened");
    expect(second.stdout).not.toContain("CheckedOut");
    expect(second.stdout).toMatch(/1 of \d segments are printed; the state is that after all of them/);
  },
  TEST_MS_MAX,
);

test(
  "an actor that nothing ever happened to is told in one sentence",
  async () => {
    const { exitCode, stdout, stderr } = await journal("show", "shop/cart/nobody");
    expect([exitCode, stdout, stderr]).toEqual([
      1,
      `database 127.0.0.1:${new URL(shop().databaseUrl).port}/postgres (of the shop that is open on ${directory})\n`,
      "stampede: nothing ever happened to shop/cart/nobody (addresses are case-sensitive; an order's id is CART~N)\n",
    ]);
  },
  TEST_MS_MAX,
);

test(
  "an archived journal, without snapshots, gives the same shop",
  async () => {
    const before = { views: await views(), checkedOut: await checkOut() };
    await closeShop();
    const shown = await histories();
    const stored = await storedSegments();
    const planned = await journal("archive", "--before", "0h", "--dry-run");
    expect(planned.stdout).toStartWith(`database ${directory}\n`);
    const archived = await journal("archive", "--before", "0h", "--json");
    expect(archived.exitCode).toBe(0);
    const report = JSON.parse(archived.stdout) as Record<string, number>;
    // How many segments the orders took depends on how many of them met in a commit.
    expect(report["segments"]).toBeGreaterThan(0);
    expect(await storedSegments()).toBeLessThan(stored);
    expect(await checked()).toEqual({ exitCodes: [0, 0], findings: 0, blocks: report["blocks"] });
    expect(await histories()).toEqual(shown);

    await withDatabase((sql) => sql`truncate shard_checkpoint, known_actors, actor_snapshot`);
    await openShop();
    expect({ views: await views(), checkedOut: await checkOut() }).toEqual(before);
    await send("/v1/cart/lines", "add-2", { sku: SKU, quantity: 1 });

    await running?.kill();
    running = undefined;
    expect(await checked()).toMatchObject({ exitCodes: [0, 0], findings: 0 });
  },
  TEST_MS_MAX,
);

test(
  "the verdict of a check is the last line, also where progress goes to the same place",
  async () => {
    const program = fileURLToPath(new URL("../stampede.ts", import.meta.url));
    const check = `"${process.execPath}" "${program}" journal check --data "${directory}" 2>&1`;
    const child = Bun.spawn(["sh", "-c", check], { stdout: "pipe" });
    const lines = (await child.stdout.text()).trim().split("\n");
    expect(lines.some((line) => line.startsWith("checking segments"))).toBe(true);
    expect(lines.at(-1)).toStartWith("everything is as it was written");
  },
  TEST_MS_MAX,
);

test(
  "a shard that there is not is wrong use, in the same words for a number and for none",
  async () => {
    for (const shard of ["256", "x", "-1", "1.5"]) {
      const { exitCode, stderr } = await journal("check", `--shard=${shard}`);
      const says = `--shard must be a whole number from 0 to 255; it is ${shard}`;
      expect([exitCode, stderr.trim()]).toEqual([2, `stampede: ${says}`]);
    }
  },
  TEST_MS_MAX,
);

test(
  "a damaged byte is found, and the exit code says so",
  async () => {
    await withDatabase(
      (sql) => sql`
        update journal_segment set body = set_byte(body, 7, 1 # get_byte(body, 7)) where seq = 1 and shard = 7`,
    );
    const { exitCode, stdout } = await journal("check");
    expect(exitCode).toBe(1);
    expect(stdout).toStartWith(`database ${directory}\n`);
    expect(stdout).toMatch(/^✗ shard 7, segment 1: .* its checksum is wrong$/m);
    expect(stdout).toMatch(/^1 finding \(256 shards, /m);
  },
  TEST_MS_MAX,
);
