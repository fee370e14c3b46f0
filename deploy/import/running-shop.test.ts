import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStampede, ShopProcess } from "../../bench/crash/shop-process.ts";
import { retailText } from "../../bench/retail/testing/retail-text.ts";
import { TemporaryFiles } from "../../bench/retail/testing/temporary-file.ts";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";

const TEST_MS_MAX = 60_000;
const files = new TemporaryFiles();
const directory = mkdtempSync(join(tmpdir(), "stampede-import-"));
let started: ShopProcess | undefined;

beforeAll(async () => {
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  await layOutCluster(join(directory, "postgres"));
  started = await ShopProcess.start({ dataDirectory: directory, lanes: 1, port: 0 });
}, TEST_MS_MAX);

afterAll(async () => {
  await started?.stop();
  files.remove();
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

function shopUrl(): string {
  if (started === undefined) throw new Error("the shop has not been started");
  return started.url;
}

async function stampede(command: string, file: string, ...more: readonly string[]) {
  const { exitCode, stdout, stderr } = await runStampede([
    command,
    file,
    "--url",
    shopUrl(),
    "--data",
    directory,
    "--json",
    ...more,
  ]);
  const report = stdout === "" ? undefined : (JSON.parse(stdout) as Readonly<Record<string, unknown>>);
  return { exitCode, report, stderr };
}

async function catalogue(sku: string): Promise<unknown> {
  const response = await fetch(`${shopUrl()}/v1/catalogue/${sku}`);
  return response.status === 404 ? undefined : response.json();
}

const HEADER = "sku,title,price,currency,stock";

test(
  "a file is delivered once, however often it is imported; its terms hold each time",
  async () => {
    const first = files.write("tea.csv", `${HEADER}\nTEA,Tea,5.00,EUR,40\nPOT,Pot,25.00,EUR,3\n`);
    const changed = files.write("tea-dearer.csv", `${HEADER}\nTEA,Tea,6.00,EUR,2\n`);
    const imported = await stampede("import", first);
    expect(imported).toMatchObject({
      exitCode: 0,
      report: { rows: 2, products: 2, created: 2, stockReceived: 43 },
    });
    const dearer = await stampede("import", changed);
    expect(dearer.report).toMatchObject({ products: 1, created: 0, updated: 1, stockReceived: 2 });
    expect(await catalogue("TEA")).toMatchObject({ unitPriceMinor: 600, available: 42 });
    const again = await stampede("import", first);
    expect(again.report).toMatchObject({ created: 0, updated: 2, stockInFile: 43, stockReceived: 0 });
    expect(await catalogue("TEA")).toMatchObject({ unitPriceMinor: 500, available: 42 });
  },
  TEST_MS_MAX,
);

test(
  "a file without sales leaves those of operators, and one that says there is none takes them off and tells it",
  async () => {
    const silent = files.write("jam.csv", `${HEADER}\nJAM,Jam,4.00,EUR,1\n`);
    const empty = files.write("jam-sales.csv", `${HEADER},sale_id\nJAM,Jam,4.00,EUR,1,\n`);
    await stampede("import", silent);
    const create = "sale create drop --price 3.00 --starts now --ends +2h --sku JAM".split(" ");
    const created = await runStampede([...create, "--url", shopUrl(), "--data", directory]);
    expect(created).toMatchObject({ exitCode: 0 });
    expect(await stampede("import", silent)).toMatchObject({ exitCode: 0, report: { salesTakenOff: [] } });
    expect(await catalogue("JAM")).toMatchObject({ sale: { id: "drop", unitPriceMinor: 300 } });
    const below = files.write("jam-below.csv", `${HEADER}\nRYE,Rye,1.00,EUR,1\nJAM,Jam,2.99,EUR,1\n`);
    expect(await stampede("import", below)).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining("JAM would cost 2.99 EUR, less than the 3.00 EUR of the sale drop"),
    });
    expect(await catalogue("RYE")).toBeUndefined();
    const salesTakenOff = [{ sku: "JAM", sale: "drop" }];
    expect(await stampede("import", empty)).toMatchObject({ exitCode: 0, report: { salesTakenOff } });
    expect(await catalogue("JAM")).toMatchObject({ sale: null });
  },
  TEST_MS_MAX,
);

test(
  "nothing of a file with a fault is imported",
  async () => {
    const file = files.write("half.csv", `${HEADER}\nCUP,Cup,3.00,EUR,4\nMUG,Mug,3.001,EUR,4\n`);
    const { exitCode, stderr } = await stampede("import", file);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("line 3: price: 3.001 has 3 decimals, but EUR has 2.");
    expect(await catalogue("CUP")).toBeUndefined();
  },
  TEST_MS_MAX,
);

const INVOICES = [
  "1,HEART,80995,1.04,7",
  "1,LAMP,2,2.55,7",
  "1,LAMP,2,2.55,7",
  "2,heart,3,0.95,",
  "2,POST,1,18.00,",
  "3,LAMP,4,2.55,8",
  "C4,HEART,-80995,1.04,7",
  "C5,LAMP,-3,2.55,7",
  "C6,LAMP,-5,2.55,8",
  "7,LAMP,-9,0.0,",
];
const AGREES = {
  rowsIn: 10,
  rowsPlayed: 7,
  rowsExplained: 3,
  explained: { not_a_product: 1, return_without_sale: 1, stock_correction: 1 },
  orders: 3,
  ordersInShop: 3,
  mismatches: 0,
  firstMismatches: [],
};

test(
  "invoices are played on a shop that lacks their products, again and again, and the books agree each time",
  async () => {
    const file = files.write("invoices.csv", retailText(INVOICES));
    const first = await stampede("replay", file);
    expect(first).toMatchObject({ exitCode: 0, report: AGREES });
    const second = await stampede("replay", file, "--customers-at-once", "1");
    expect(second).toMatchObject({ exitCode: 0, report: AGREES });
    expect(first.report?.["run"]).not.toBe(second.report?.["run"]);
    expect(await catalogue("LAMP")).toMatchObject({ title: "THING LAMP", unitPriceMinor: 255 });
  },
  TEST_MS_MAX,
);

test(
  "a line that the shop has no stock for is a mismatch, and the command fails",
  async () => {
    const file = files.write("scarce.csv", retailText(["1,SCARCE,5,1.00,7", "2,SCARCE,1,1.00,8"]));
    const { exitCode, report } = await stampede(
      "replay",
      file,
      "--opening-stock",
      "5",
      "--customers-at-once",
      "1",
    );
    expect(exitCode).toBe(1);
    expect(report?.["firstMismatches"]).toContain(
      "row 3: 1 of SCARCE was refused: sold_out (SCARCE is sold out.)",
    );
  },
  TEST_MS_MAX,
);

test(
  "a directory without a shop is refused as wrong use",
  async () => {
    const file = files.write("invoices.csv", retailText(INVOICES));
    const { exitCode, stdout, stderr } = await runStampede([
      "replay",
      file,
      "--url",
      shopUrl(),
      "--data",
      `${directory}/other`,
    ]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("secret is missing");
  },
  TEST_MS_MAX,
);

test(
  "a speed that would outlive the operator's token is refused, with one that would not",
  async () => {
    const file = files.write("slow.csv", retailText(INVOICES));
    const { exitCode, stderr } = await stampede("replay", file, "--speed", "0.1");
    expect([exitCode, stderr.trim()]).toEqual([
      2,
      "stampede: --speed 0.1 would take 70 hours; a replay can last 23: at least --speed 1",
    ]);
  },
  TEST_MS_MAX,
);
