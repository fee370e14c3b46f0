import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import { postgresLedger } from "../../bench/replay/shop-ledger.ts";
import { openCsvTable } from "../../bench/retail/csv-table.ts";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import { orderNumber } from "../../gateway/storefront/model/order-number.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { TENANT } from "../config.ts";
import { Shopper } from "./testing/shopper.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const TEST_MS_MAX = 120_000;
const HEADER = "sku,title,price,currency,tax_percent,stock";
// The second one's title is a formula to a spreadsheet, and needs quotes in CSV.
const CATALOGUE = [HEADER, "TEA,Tea,5.00,EUR,19,400", 'POT,"=HYPERLINK(""a"",1)",25.50,EUR,19,30'].join(
  "\r\n",
);

let directory: string;
let running: ShopProcess | undefined;
let shopper: Shopper;
/** Paid: two of TEA in line 1, one of POT in line 2. */
let paidOrder: string;
/** Its payment was declined. */
let declinedOrder: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-orders-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  await layOutCluster(join(directory, "postgres"));
  running = await ShopProcess.start({ dataDirectory: directory, lanes: 1, port: 0 });
  writeFileSync(path("catalogue.csv"), CATALOGUE);
  const imported = await runStampede(["import", path("catalogue.csv"), "--data", directory]);
  expect(imported.exitCode).toBe(0);
  shopper = await Shopper.arrive(shop().url);
  await shopper.add("TEA", 2);
  await shopper.add("POT", 1);
  declinedOrder = await shopper.checkOut("tok_declined");
  paidOrder = await shopper.checkOut("tok_ok");
}, TEST_MS_MAX);

afterAll(async () => {
  await running?.kill();
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

function shop(): ShopProcess {
  if (running === undefined) throw new Error("no shop is open");
  return running;
}

function path(file: string): string {
  return join(directory, file);
}

function orders(...args: readonly string[]) {
  return runStampede(["orders", ...args, "--data", directory]);
}

/** Waits until the read models have all that was ordered by now. */
async function caughtUp(): Promise<void> {
  const database = await openDatabase(shop().databaseUrl, { applicationName: "orders test" });
  try {
    await waitUntilCaughtUp(postgresLedger(database, TENANT), () => undefined);
  } finally {
    await database.close();
  }
}

/** Runs a command of orders that says one JSON document. */
async function answer(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await orders(...args, "--json");
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

async function listed(...args: readonly string[]): Promise<readonly unknown[]> {
  const { exitCode, stdout } = await orders("list", "--json", ...args);
  expect(exitCode).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { readonly orderId: string }).orderId);
}

/** The records of a CSV file by the names of their columns. */
async function recordsOf(file: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { columns, rows } = await openCsvTable(file);
  const records: Record<string, string>[] = [];
  for await (const { cells } of rows)
    records.push(Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? ""])));
  return records;
}

/** The same order's lines, as far as they are exported. */
function exportedView(records: readonly Readonly<Record<string, string>>[], orderId: string) {
  const minor = (decimal = ""): number => Math.round(Number(decimal) * 100);
  return records
    .filter(({ order }) => order === orderId)
    .map((record) => ({
      line: Number(record["line"]),
      sku: record["sku"],
      title: record["title"]?.replace(/^'/, ""),
      quantity: Number(record["quantity"]),
      unitPriceMinor: minor(record["unit_price"]),
      amountMinor: minor(record["amount"]),
      taxMinor: minor(record["tax"]),
      returnedQuantity: Number(record["returned"]),
    }));
}

describe("the orders of a shop", () => {
  test(
    "are listed newest first, page by page, and by what is asked for",
    async () => {
      await caughtUp();
      const [all, next, chosen, { stdout }] = await Promise.all([
        listed(),
        listed("--limit", "1", "--after", paidOrder),
        listed("--customer", shopper.customer, "--since", "1h", "--state", "captured", "--sku", "TEA"),
        orders("list"),
      ]);
      expect([all, next, chosen]).toEqual([[paidOrder, declinedOrder], [declinedOrder], [paidOrder]]);
      expect(stdout).toContain(`${declinedOrder}  `);
      expect(stdout).toContain("35.50 EUR  refused: payment_declined\n");
    },
    TEST_MS_MAX,
  );

  test(
    "are found by the number that their shopper has",
    async () => {
      await caughtUp();
      const number = orderNumber(paidOrder);
      const [list, shown, taken, none] = await Promise.all([
        orders("list"),
        answer("show", number.toLowerCase()),
        answer("return", number, "--reason", "broken", "--dry-run"),
        orders("show", "ZZZZZZ-1"),
      ]);
      expect(list.stdout).toContain(`${paidOrder}  ${number}  `);
      expect([shown["orderId"], taken["order"]]).toEqual([paidOrder, paidOrder]);
      expect([none.exitCode, none.stderr]).toEqual([
        1,
        "stampede: there is no order with the number ZZZZZZ-1\n",
      ]);
    },
    TEST_MS_MAX,
  );

  test(
    "are shown with what happened to them, and not with what they were paid by",
    async () => {
      const [paid, declined] = await Promise.all([orders("show", paidOrder), answer("show", declinedOrder)]);
      expect(paid.exitCode).toBe(0);
      const happened = [
        "placed: 2 lines, 3 units, 35.50 EUR",
        "authorised, reference test_",
        "confirmed",
        "captured",
      ];
      const places = happened.map((text) => paid.stdout.indexOf(text, paid.stdout.indexOf("WHAT HAPPENED")));
      expect(places.every((place) => place > 0)).toBe(true);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
      expect(declined).toMatchObject({ status: "refused", payment: { state: "nothing was charged" } });
      expect(paid.stdout + JSON.stringify(declined)).not.toContain("tok_");
    },
    TEST_MS_MAX,
  );

  test(
    "are taken back once by the same command, and again under another key",
    async () => {
      const broken = ["return", paidOrder, "--line", "1:1", "--reason", "broken"];
      const forecast = { lines: [{ line: 1, sku: "TEA", quantity: 1 }], refundedMinor: 500, currency: "EUR" };
      expect(await answer(...broken, "--dry-run")).toMatchObject({ ...forecast, dryRun: true });
      expect(await shopper.order(paidOrder)).toMatchObject({ refundedMinor: 0 });
      expect(await answer(...broken)).toMatchObject({ ...forecast, repeated: false, dryRun: false });
      expect(await answer(...broken)).toMatchObject({ ...forecast, repeated: true });
      expect(await shopper.order(paidOrder)).toMatchObject({ refundedMinor: 500 });
      expect(await answer(...broken, "--key", "second")).toMatchObject({ ...forecast, repeated: false });
      expect(await shopper.order(paidOrder)).toMatchObject({ refundedMinor: 1_000 });
      const [other, tooMany] = await Promise.all([
        orders("return", paidOrder, "--line", "2", "--reason", "broken", "--key", "second"),
        orders("return", paidOrder, "--line", "1", "--reason", "other"),
      ]);
      expect([other.exitCode, other.stderr]).toEqual([5, expect.stringContaining("(key_reused)")]);
      expect([tooMany.exitCode, tooMany.stderr]).toEqual([6, expect.stringContaining("At most 0 of line 1")]);
    },
    TEST_MS_MAX,
  );

  test(
    "are not taken back where there is nothing to take back",
    async () => {
      const [declined, missing, none] = await Promise.all([
        orders("return", declinedOrder, "--reason", "never came"),
        orders("return", "nobody~1", "--reason", "never came"),
        orders("list", "--after", "nobody~1"),
      ]);
      expect([declined.exitCode, declined.stderr]).toEqual([
        6,
        expect.stringContaining("order_not_confirmed"),
      ]);
      for (const { exitCode, stderr } of [missing, none])
        expect([exitCode, stderr]).toEqual([1, expect.stringContaining("there is no order nobody~1")]);
    },
    TEST_MS_MAX,
  );

  test(
    "are exported as the shop has them, while more of them come in",
    async () => {
      const shoppers = await Promise.all([Shopper.arrive(shop().url), Shopper.arrive(shop().url)]);
      const buy = async (buyer: Shopper): Promise<string> => {
        await buyer.add("TEA", 1);
        return buyer.checkOut("tok_ok");
      };
      const before = await Promise.all(shoppers.map(async (buyer) => [buyer, await buy(buyer)] as const));
      const rush = new AbortController();
      const buying = shoppers.map(async (buyer) => {
        while (!rush.signal.aborted) await buy(buyer);
      });
      const exported = await orders("export", path("orders.csv"), "--since", "1h");
      rush.abort();
      await Promise.all(buying);
      expect([exported.exitCode, exported.stdout]).toEqual([0, expect.stringContaining("orders.csv: ")]);
      const records = await recordsOf(path("orders.csv"));
      for (const [buyer, orderId] of [[shopper, paidOrder], [shopper, declinedOrder], ...before] as const)
        expect(exportedView(records, orderId)).toEqual((await buyer.order(orderId))["lines"] as never);
      expect(records.find(({ order }) => order === declinedOrder)).toMatchObject({
        state: "refused",
        refusal: "payment_declined",
      });
      expect(records.find(({ sku }) => sku === "POT")?.["title"]).toBe('\'=HYPERLINK("a",1)');
      expect(readdirSync(directory).filter((name) => name.includes("unfinished"))).toEqual([]);
    },
    TEST_MS_MAX,
  );

  test(
    "are exported to a file that is there only when it is to be replaced",
    async () => {
      writeFileSync(path("mine.ndjson"), "mine");
      const refused = await orders("export", path("mine.ndjson"), "--format", "ndjson");
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("--force")]);
      expect(readFileSync(path("mine.ndjson"), "utf8")).toBe("mine");
      const report = await answer(
        "export",
        path("mine.ndjson"),
        "--force",
        "--format",
        "ndjson",
        "--sku",
        "POT",
      );
      expect(report).toMatchObject({ orders: 2, lines: 4 });
      const [first = ""] = readFileSync(path("mine.ndjson"), "utf8").split("\n");
      expect(JSON.parse(first)).toMatchObject({ orderId: declinedOrder, sku: "TEA", unitPriceMinor: 500 });
    },
    TEST_MS_MAX,
  );

  test(
    "are all there, and can be looked at, after the shop was killed",
    async () => {
      await shopper.add("TEA", 3);
      const last = await shopper.checkOut("tok_ok");
      await shop().kill();
      const exported = await orders("export", "--since", "1h", "--format", "ndjson");
      expect([exported.exitCode, exported.stdout]).toEqual([0, expect.stringContaining(last)]);
      expect((await listed("--limit", "1"))[0]).toBe(last);
      expect(await answer("show", last)).toMatchObject({ totalMinor: 1_500 });
      expect(await answer("return", paidOrder, "--reason", "all", "--dry-run")).toMatchObject({
        lines: [{ line: 2, quantity: 1 }],
        refundedMinor: 2_550,
      });
    },
    TEST_MS_MAX,
  );
});
