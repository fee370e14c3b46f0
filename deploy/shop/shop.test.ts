import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const TEST_MS_MAX = 60_000;

let directory: string;
let running: ShopProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-shop-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(directory, { recursive: true });
});

async function open(): Promise<ShopProcess> {
  await layOutCluster(join(directory, "postgres"));
  running = await ShopProcess.start({ dataDirectory: directory, lanes: 1, port: 0, demo: true });
  return running;
}

function start(...more: string[]) {
  return runStampede(["start", "--data", directory, "--port", "0", "--admin-port", "0", ...more]);
}

test(
  "a shop has its demo catalogue, says that it is ready, and shows no admin page to shoppers",
  async () => {
    const shop = await open();
    const catalogue = await fetch(`${shop.url}/v1/catalogue?limit=100`);
    const { entries, total } = (await catalogue.json()) as { entries: { sale: unknown }[]; total: number };
    expect(total).toBeGreaterThanOrEqual(40);
    expect(entries.some(({ sale }) => sale !== null)).toBe(true);
    const ready = await fetch(`http://127.0.0.1:${shop.adminPort}/readyz?verbose`);
    expect(await ready.text()).toBe("database ok\nlanes ok\nshards ok\ngateways ok\nready\n");
    const adminPages = ["/v1/shards", "/v1/nodes", "/v1/operations", "/v1/operations/watch"];
    for (const path of ["/metrics", "/readyz", "/livez", ...adminPages]) {
      expect((await fetch(`${shop.url}${path}`)).status).toBe(404);
    }
  },
  TEST_MS_MAX,
);

test(
  "an order, a cart and a refusal are there again after the shop was closed and opened, with sockets left open",
  async () => {
    const first = await open();
    const before = await StampedeClient.connect({ url: first.url, reconnect: false });
    const token = before.session.session;
    await before.add({ sku: "HOM-GLOW-MIDNIGHT", quantity: 1 });
    const order = await before.checkOut({ paymentToken: "tok_ok" });
    const added = await before.add({ sku: "HOM-GLOW-MIDNIGHT", quantity: 1 });
    if (!order.ok || !added.ok) throw new Error(JSON.stringify([order, added]));
    const tooMany = { line: added.value.line, quantity: 100_000 };
    const told = await before.changeQuantity(tooMany, { key: "too-many" });
    const values = { sku: "HOM-GLOW-MIDNIGHT", quantity: 100_000 };
    expect(told).toMatchObject({ problem: { code: "insufficient_stock", values } });
    expect(await first.stop()).toBe(0);

    const second = await open();
    const after = await StampedeClient.connect({ url: second.url, token });
    const cart = Promise.withResolvers<unknown>();
    after.subscribe("cart", (state) => state !== null && cart.resolve(state));
    expect(await cart.promise).toMatchObject({
      lines: [{ line: added.value.line, quantity: 1, holdExpiresAtMs: added.value.holdExpiresAtMs }],
      orderIds: [order.value.orderId],
    });
    // One more has gone since; what was told is told again.
    const other = await StampedeClient.connect({ url: second.url });
    expect(await other.add({ sku: "HOM-GLOW-MIDNIGHT", quantity: 1 })).toMatchObject({ ok: true });
    other.close();
    expect(await after.changeQuantity(tooMany, { key: "too-many" })).toEqual(told);
    after.close();
  },
  TEST_MS_MAX,
);

test(
  "a second shop on the same directory, or on a port in use, is refused in one sentence",
  async () => {
    const shop = await open();
    const second = await start();
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain(`a shop already runs on ${directory} (process ${shop.pid})`);

    const other = join(directory, "other");
    const ports = { "--port": shop.port, "--admin-port": shop.adminPort };
    for (const [option, port] of Object.entries(ports)) {
      const refused = await start("--data", other, option, String(port));
      expect(refused).toMatchObject({
        exitCode: 2,
        stderr: `stampede: ${option}: cannot listen on 127.0.0.1:${port}: the port is in use\n`,
      });
      // Nothing was made in vain.
      expect(existsSync(join(other, "postgres"))).toBe(false);
      expect(existsSync(join(other, "shop.lock"))).toBe(false);
    }
    expect((await fetch(`${shop.url}/v1/catalogue`)).status).toBe(200);
  },
  TEST_MS_MAX,
);

test.each(["SIGTERM", "SIGHUP"] as const)(
  "a shop that gets %s while Postgres starts leaves no Postgres running",
  async (signal) => {
    const program = fileURLToPath(new URL("../stampede.ts", import.meta.url));
    const options = ["--data", directory, "--port", "0", "--admin-port", "0"];
    const child = Bun.spawn([process.execPath, program, "start", ...options], {
      stdout: "ignore",
      stderr: "ignore",
      env: { ...process.env, DATABASE_URL: undefined, STAMPEDE_SECRET: undefined },
    });
    const pidFile = join(directory, "postgres", "postgres", "postmaster.pid");
    const postmaster = (): number => {
      try {
        return Number(readFileSync(pidFile, "utf8").split("\n")[0]);
      } catch {
        return 0;
      }
    };
    await eventually("Postgres begins to start", () => postmaster() > 0);
    const pid = postmaster();
    child.kill(signal);
    expect(await child.exited).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(directory, "shop.lock"))).toBe(false);
  },
  TEST_MS_MAX,
);
