import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import {
  compareWithJournal,
  LAMP,
  LAMPS,
  openLampCrowd,
  stockLamps,
  untilSold,
  verifyShop,
} from "./lamp-sale.ts";
import { ShopProcess } from "./shop-process.ts";

const TEST_MS_MAX = 120_000;
const SECRET = "both shops sign their sessions with this";
const ORDERS = 60;
const SUPERSEDED = 3;

let directory: string;
let database: TestDatabase;
const shops: ShopProcess[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-second-"));
  chmodSync(directory, 0o755);
  database = await testDatabase();
}, TEST_MS_MAX);

afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.kill();
  await database.close();
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

async function start(name: string, takeOver = false): Promise<ShopProcess> {
  const shared = { databaseUrl: database.url, secret: SECRET };
  const dataDirectory = join(directory, name);
  const shop = await ShopProcess.start({ dataDirectory, lanes: 2, port: 0, shared, takeOver });
  shops.push(shop);
  return shop;
}

/** Its end was wanted, and is no fault: the log says so in one line, without the trace of a stack. */
function expectOneWarning(shop: ShopProcess): void {
  const said = shop.logTail.trim().split("\n");
  expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: "warn",
      time: expect.any(String),
      thread: "main",
      msg: expect.stringContaining("another shop has taken over the database; this one ends"),
    },
  ]);
}

/** Epochs of all segments by shard, takeover records apart. */
async function journalEpochs(): Promise<ReadonlyMap<number, readonly number[]>> {
  const journal = postgresJournal(database.url);
  const epochs = new Map<number, readonly number[]>();
  for (const [shard] of await journal.heads()) {
    const found: number[] = [];
    for await (const page of journal.read(shard, 0)) found.push(...page.map(({ epoch }) => epoch));
    epochs.set(shard, found);
  }
  await journal.close();
  return epochs;
}

test(
  "a shop that stood still while another took its database over stores nothing, and ends; no acknowledged order is lost",
  async () => {
    const first = await start("first");
    const mark = await stockLamps(first, SECRET);
    const before = await openLampCrowd(first, "before");
    await untilSold(before, ORDERS);

    first.pause();
    const second = await start("second", true);
    const after = await openLampCrowd(second, "after");
    await untilSold(after, ORDERS);
    first.resume();
    expect(await first.exited).toBe(SUPERSEDED);
    expectOneWarning(first);

    await untilSold(after, ORDERS);
    after.crowd.stop();
    await Promise.all([before.crowd.allLeft, after.crowd.allLeft]);
    const acknowledged = [before, after].flatMap(({ tally }) => tally.acknowledged);
    const found = await compareWithJournal(database.url, mark, acknowledged);
    expect(found).toMatchObject({
      lost: 0,
      lostOrders: [],
      oversold: 0,
      contradictions: [],
      receivedUnits: LAMPS,
    });
    for (const epochs of (await journalEpochs()).values())
      expect(epochs).toEqual(epochs.toSorted((left, right) => left - right));
    expect(await verifyShop(join(directory, "second"))).toMatchObject({
      exitCode: 0,
      report: { violations: 0 },
    });
    expect(await second.stop()).toBe(0);
  },
  TEST_MS_MAX,
);

test(
  "a shop that stood still while another took its database over shows nothing that has changed since",
  async () => {
    const first = await start("first");
    await stockLamps(first, SECRET);
    const shopper = await StampedeClient.connect({ url: first.url, reconnect: false });
    await shopper.add({ sku: LAMP, quantity: 1 });
    const token = shopper.session.session;
    /** How many lines the cart has, or how the shop refuses to say. */
    const readCart = async (shop: ShopProcess) => {
      const response = await fetch(`${shop.url}/v1/cart`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) return `status ${response.status}`;
      return ((await response.json()) as { readonly lines: unknown[] }).lines.length;
    };
    expect(await readCart(first)).toBe(1);

    first.pause();
    const pausedAtMs = Date.now();
    const second = await start("second", true);
    const sameShopper = await StampedeClient.connect({ url: second.url, token });
    expect(await sameShopper.add({ sku: LAMP, quantity: 1 })).toMatchObject({ ok: true });
    sameShopper.close();
    const asked = Array.from({ length: 20 }, () => readCart(first).catch(() => "no answer"));
    // What it had confirmed just before the pause is good for so long, whoever has its shards meanwhile.
    await eventually(
      "the first shop's last confirmation has grown old",
      () => Date.now() - pausedAtMs > defaultLaneLimits.ownershipConfirmedMs,
    );
    first.resume();
    // A number would be what its memory holds.
    for (const answer of await Promise.all(asked)) expect(answer).toBeString();
    expect(await first.exited).toBe(SUPERSEDED);
    expect(await readCart(second)).toBe(2);
    shopper.close();
  },
  TEST_MS_MAX,
);

test(
  "a shop that runs is refused its database by nobody but one that takes it over, and ends then",
  async () => {
    const first = await start("first");
    await expect(start("second")).rejects.toThrow(/another shop is open on the database .* --take-over/);
    const second = await start("second", true);
    expect(await first.exited).toBe(SUPERSEDED);
    expectOneWarning(first);
    expect((await fetch(`${second.url}/v1/catalogue`)).status).toBe(200);
    expect(await second.stop()).toBe(0);
  },
  TEST_MS_MAX,
);
