import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shopDeciders } from "../../actors/shop.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import { ShopProcess } from "../crash/shop-process.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { markJournal, reconcile } from "../promises/reconcile.ts";
import { stockShelves } from "../shelves/stock-shelves.ts";
import { testScenario } from "../runs/testing/scenario.ts";
import type { Journey, Scenario } from "../scenario/scenario.ts";
import { BEACON_UNITS } from "./beacon.ts";
import type { GeneratorSecond, LoadEnd, Timed } from "./generator-messages.ts";
import { beaconsOf, Generators, type LoadPlan } from "./generators.ts";

const TEST_MS_MAX = 120_000;
const SECRET = "both generators know a shop by this";
const TENANT = "shop";

let directory: string;
let database: TestDatabase;
let shop: ShopProcess;
let operator: StampedeClient;
let runs = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stampede-load-"));
  chmodSync(directory, 0o755);
  database = await testDatabase();
  const shared = { databaseUrl: database.url, secret: SECRET };
  shop = await ShopProcess.start({ dataDirectory: join(directory, "shop"), lanes: 1, port: 0, shared });
  const token = await mintOperatorToken(SECRET, { tenant: TENANT, nowMs: Date.now() });
  operator = await StampedeClient.connect({ url: shop.url, token });
}, TEST_MS_MAX);

afterAll(async () => {
  operator.close();
  await shop.kill();
  await database.close();
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

const EVERYTHING: readonly Journey[] = [
  {
    name: "buys",
    weight: 2,
    steps: [
      { kind: "browse", products: 2 },
      { kind: "think", meanMs: 5 },
      { kind: "add", lines: 2, quantity: 1 },
      { kind: "checkout", paymentToken: "tok_ok" },
    ],
  },
  { name: "leaves", weight: 1, steps: [{ kind: "add", lines: 1, quantity: 2 }] },
  { name: "empties", weight: 1, steps: [{ kind: "add", lines: 2, quantity: 1 }, { kind: "empty" }] },
  {
    name: "declined",
    weight: 1,
    steps: [
      { kind: "add", lines: 1, quantity: 1 },
      { kind: "checkout", paymentToken: "tok_declined" },
    ],
  },
  {
    name: "bot",
    weight: 1,
    steps: [
      { kind: "burst", commands: 10, quantity: 1 },
      { kind: "checkout", paymentToken: "tok_ok" },
    ],
  },
];

function planOf(scenario: Partial<Scenario>, generators = 2): LoadPlan {
  const runId = `test${(runs += 1)}`;
  return {
    scenario: testScenario({ warmUpSeconds: 0, ...scenario }),
    runId,
    seed: 3,
    generators,
    socketUrl: socketUrl(shop.url),
    skus: [1, 2, 3].map((number) => `bench-${runId}-${number}`),
    recorded: [],
  };
}

/** Has generators do their work, and leaves none behind. */
async function doneBy(generators: Generators): Promise<LoadEnd> {
  try {
    generators.start(Date.now() + 100);
    return await generators.done;
  } finally {
    await generators.close();
  }
}

/** Runs a plan to its end, and compares what shoppers were told with the journal. */
async function run(plan: LoadPlan, stock?: number) {
  const journal = postgresJournal(database.url);
  try {
    const mark = await markJournal(journal);
    await stockShelves(operator, plan.skus, { runId: plan.runId, stock });
    await stockShelves(operator, beaconsOf(plan), { runId: plan.runId, stock: BEACON_UNITS });
    const seconds: GeneratorSecond[] = [];
    const acknowledged: Acknowledgement[] = [];
    const events = {
      opening: () => undefined,
      second: (second: GeneratorSecond) => seconds.push(second),
      acknowledged: (orders: readonly Acknowledgement[]) => acknowledged.push(...orders),
    };
    const end = await doneBy(await Generators.open(plan, events));
    const books = { tenant: TENANT, skus: plan.skus, acknowledged, deciders: shopDeciders };
    return { seconds, acknowledged, end, reconciliation: await reconcile(journal, mark, books) };
  } finally {
    await journal.close();
  }
}

test(
  "two generators do all that visitors do, time all of it, and were told what the journal says",
  async () => {
    const phases = [{ name: "all", seconds: 2, fromRate: 40, toRate: 160 }];
    const scenario = { sockets: 40, watchers: 6, journeys: EVERYTHING, phases };
    const { seconds, acknowledged, end, reconciliation } = await run(planOf(scenario));
    expect(end).toEqual({ unanswered: 0, cutOffAtSeconds: null });
    expect(new Set(seconds.map(({ generator }) => generator))).toEqual(new Set([0, 1]));
    const timed = new Set(seconds.flatMap(({ micros }) => Object.keys(micros)));
    expect(timed).toEqual(new Set<Timed>(["order", "cart.add", "checkout", "browse", "refusal", "push"]));
    const total = (pick: (second: GeneratorSecond) => number): number =>
      seconds.reduce((sum, second) => sum + pick(second), 0);
    expect(total(({ arrivals, dropped, completed }) => arrivals - dropped - completed)).toBe(0);
    expect(total(({ orders }) => orders)).toBe(acknowledged.length);
    expect(total(({ refusedByCode }) => refusedByCode["payment_declined"] ?? 0)).toBeGreaterThan(0);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(reconciliation).toMatchObject({ lost: 0, oversold: 0, contradicted: 0 });
    expect(reconciliation.confirmedInJournal).toBe(acknowledged.length);
  },
  TEST_MS_MAX,
);

test(
  "a closed loop sells out, and no unit more than there was",
  async () => {
    const scenario = {
      arrivals: { kind: "closed" },
      sockets: 20,
      phases: [{ name: "all", seconds: 2, fromRate: 0, toRate: 0 }],
    } as const;
    const { acknowledged, reconciliation, seconds } = await run(planOf(scenario), 10);
    expect(acknowledged).toHaveLength(30);
    expect(reconciliation).toMatchObject({ lost: 0, oversold: 0, contradicted: 0, confirmedInJournal: 30 });
    expect(seconds.some(({ refusedByCode }) => (refusedByCode["sold_out"] ?? 0) > 0)).toBe(true);
  },
  TEST_MS_MAX,
);

test(
  "generators that cannot get in say why, and are gone",
  async () => {
    const plan = { ...planOf({}), socketUrl: "ws://127.0.0.1:1/v1/socket" };
    const events = { opening: () => undefined, second: () => undefined, acknowledged: () => undefined };
    await expect(Generators.open(plan, events)).rejects.toThrow("the shop closed a visitor's connection");
  },
  TEST_MS_MAX,
);
