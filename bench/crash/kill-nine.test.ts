import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shopDeciders } from "../../actors/shop.ts";
import { steadyPort } from "../../engine/programs/steady-port.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { ShopperCrowd } from "../flash-sale/crowd.ts";
import { markJournal, reconcile, type JournalMark } from "../promises/reconcile.ts";
import { Tally } from "../flash-sale/tally.ts";
import type { VerifyReport } from "../verify/verify-report.ts";
import { PatientShopper } from "./patient-shopper.ts";
import { runStampede, ShopProcess } from "./shop-process.ts";

const TEST_MS_MAX = 180_000;
const TENANT = "shop";
const SKU = "lamp";
const STOCK = 100_000;
const HASTY_SHOPPERS = 30;
const PATIENT_SHOPPERS = 5;
// A kill tells something only while an order is between two commits, so there are several, at different moments.
const ORDERS_BEFORE_KILLS = [150, 97, 61];
const ORDERS_AFTER_RESTART = 50;

let directory: string;
let running: ShopProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-crash-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  // A killed shop leaves its Postgres running: this finds it.
  const postgres = await startEmbeddedPostgres({ directory: join(directory, "postgres"), log: silentLog });
  await postgres.stop();
  rmSync(directory, { recursive: true });
});

async function startShop(lanes: number, port = steadyPort()): Promise<ShopProcess> {
  running = await ShopProcess.start({ dataDirectory: directory, lanes, port });
  return running;
}

/** Lists the product. Returns where the journal stood before. */
async function stockShelf(shop: ShopProcess): Promise<JournalMark> {
  const journal = postgresJournal(shop.databaseUrl);
  const mark = await markJournal(journal);
  await journal.close();
  const secret = readFileSync(join(directory, "secret"), "utf8").trim();
  const token = await mintOperatorToken(secret, { tenant: TENANT, nowMs: Date.now() });
  const operator = await StampedeClient.connect({ url: shop.url, token });
  const terms = { title: "Lamp", description: "", category: "", unitPriceMinor: 1_250, currency: "EUR" };
  const listed = await operator.listProduct({
    sku: SKU,
    product: { ...terms, taxBasisPoints: 1_900, sale: null },
  });
  const received = await operator.receiveStock({ sku: SKU, quantity: STOCK });
  operator.close();
  expect([listed.ok, received.ok]).toEqual([true, true]);
  return mark;
}

async function openCrowd(shop: ShopProcess, name: string) {
  const tally = new Tally();
  const crowd = new ShopperCrowd(tally, [SKU], Number.POSITIVE_INFINITY);
  await crowd.open(new URL(socketUrl(shop.url)), HASTY_SHOPPERS, `${name}-`, () => undefined);
  crowd.start();
  return { tally, crowd };
}

function untilAcknowledged(tally: Tally, orders: number): Promise<void> {
  return eventually(`${orders} orders were acknowledged`, () => tally.acknowledged.length >= orders);
}

async function compareWithJournal(
  shop: ShopProcess,
  mark: JournalMark,
  acknowledged: readonly Acknowledgement[],
) {
  const journal = postgresJournal(shop.databaseUrl);
  try {
    return await reconcile(journal, mark, {
      tenant: TENANT,
      skus: [SKU],
      acknowledged,
      deciders: shopDeciders,
    });
  } finally {
    await journal.close();
  }
}

async function verify(): Promise<{ readonly exitCode: number; readonly report: VerifyReport }> {
  const { exitCode, stdout } = await runStampede(["verify", "--data", directory, "--json"]);
  return { exitCode, report: JSON.parse(stdout) as VerifyReport };
}

for (const lanes of [1, 2]) {
  test(
    `kill -9 in the middle of a flash sale loses no acknowledged order (${lanes} ${lanes === 1 ? "lane" : "lanes"})`,
    async () => {
      let shop = await startShop(lanes);
      const mark = await stockShelf(shop);
      const patient = await Promise.all(
        Array.from({ length: PATIENT_SHOPPERS }, () => PatientShopper.connect(shop.url)),
      );
      const shopping = patient.map((shopper) => shopper.shop(SKU));
      const crowds = [];
      for (const [index, orders] of ORDERS_BEFORE_KILLS.entries()) {
        const hasty = await openCrowd(shop, `crowd-${index}`);
        crowds.push(hasty);
        await untilAcknowledged(hasty.tally, orders);
        await shop.kill();
        await hasty.crowd.allLeft;
        shop = await startShop(lanes, shop.port);
      }
      const last = await openCrowd(shop, "crowd-last");
      crowds.push(last);
      await untilAcknowledged(last.tally, ORDERS_AFTER_RESTART);
      const servedBefore = patient.map(({ acknowledged }) => acknowledged.length);
      await eventually("every patient shopper was served (or refused) after the last restart", () =>
        patient.every(
          ({ acknowledged, problems }, index) =>
            problems.length > 0 || acknowledged.length > (servedBefore[index] ?? 0),
        ),
      );
      for (const shopper of patient) shopper.leave();
      last.crowd.stop();
      await Promise.all([...shopping, last.crowd.allLeft]);

      const tallies = crowds.map(({ tally }) => tally);
      const acknowledged = [...tallies, ...patient].flatMap(({ acknowledged: orders }) => orders);
      const unanswered = tallies.reduce((sum, { unknown }) => sum + unknown, 0);
      const found = await compareWithJournal(shop, mark, acknowledged);
      expect(found).toMatchObject({ lost: 0, lostOrders: [], oversold: 0, receivedUnits: STOCK });
      expect(found.contradictions).toEqual([]);
      expect(patient.flatMap(({ problems }) => problems)).toEqual([]);
      // A patient shopper knows of each of its orders; a hasty one of all but the one under way at the crash.
      expect(found.confirmedInJournal - acknowledged.length).toBeLessThanOrEqual(unanswered);

      const whileOpen = await verify();
      expect(whileOpen.report.checks.flatMap(({ examples }) => examples)).toEqual([]);
      expect(whileOpen.exitCode).toBe(0);
      expect(await shop.stop()).toBe(0);
      running = undefined;
      const whenStopped = await verify();
      expect(whenStopped).toMatchObject({ exitCode: 0, report: { violations: 0 } });
      expect(whenStopped.report.events).toBeGreaterThanOrEqual(whileOpen.report.events);
    },
    TEST_MS_MAX,
  );
}
