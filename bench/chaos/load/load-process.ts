import { mintOperatorToken } from "../../../gateway/auth/operator-token.ts";
import type { Operation } from "../../../gateway/protocol/messages.ts";
import { HistoryFile } from "../../history/history-file.ts";
import { HistoryRecorder } from "../../history/history-recorder.ts";
import {
  LOAD_SETTINGS_VARIABLE,
  type LoadOrder,
  type LoadReport,
  type LoadSettings,
} from "./load-messages.ts";
import { ShardProducts } from "./shard-products.ts";
import { SteadyClient, type Company, type Wish } from "./steady-client.ts";
import { HOT_SKU, SCARCE_SKU, SteadyCrowd } from "./steady-crowd.ts";

const HOT_UNITS = 1_000_000;
const SCARCE_UNITS = 25;
const UNEXPECTED_MAX = 10;
const FAILURES_MAX = 10;

// A process of its own, so that nothing that happens to the shop or to whoever torments it happens to this record.
const settings = JSON.parse(process.env[LOAD_SETTINGS_VARIABLE] ?? "") as LoadSettings;
const file = new HistoryFile(settings.historyPath);
let url = settings.url;
let acknowledged = 0;
let failed = 0;
let failures: string[] = [];
let markedAtMs = Number.POSITIVE_INFINITY;
const unexpected: string[] = [];

const company: Company = {
  url: () => url,
  reconnects: settings.reconnects,
  tenant: settings.tenant,
  recorder: new HistoryRecorder(file, Date.now),
  runId: settings.runId,
  failed(detail) {
    failed += 1;
    failures.push(detail);
  },
};
const products = new ShardProducts(settings.tenant, settings.probedShards);
const crowd = new SteadyCrowd(company, {
  acknowledged(begunAtMs) {
    acknowledged += 1;
    if (begunAtMs < markedAtMs) return;
    markedAtMs = Number.POSITIVE_INFINITY;
    report({ type: "served", atMs: Date.now() });
  },
  unexpected(detail) {
    if (unexpected.length < UNEXPECTED_MAX) unexpected.push(detail);
  },
});
let operator: SteadyClient | undefined;
let operatorToken = "";

process.on("message", (order: LoadOrder) => {
  follow(order).catch((error: unknown) => report({ type: "failed", detail: String(error) }));
});
// Whoever started it is gone.
process.on("disconnect", () => process.exit(1));

try {
  operator = await openOperator();
  await crowd.open(settings.tenant);
  report({ type: "ready" });
} catch (error) {
  report({ type: "failed", detail: String(error) });
}

async function follow(order: LoadOrder): Promise<void> {
  switch (order.type) {
    case "move":
      url = order.url;
      operator?.leave();
      return crowd.move();
    case "shop":
      crowd.start();
      return receive(SCARCE_SKU, SCARCE_UNITS);
    case "rush":
      return crowd.rush();
    case "mark":
      crowd.calm();
      markedAtMs = Date.now();
      return;
    case "probe":
      return probe(order);
    case "rest":
      await crowd.rest();
      file.flush();
      report({
        type: "resting",
        acknowledged,
        failed,
        failures: failures.slice(0, FAILURES_MAX),
        unexpected: [...unexpected],
      });
      failures = [];
      return;
    case "end":
      crowd.end();
      file.close();
      return process.exit(0);
  }
}

/** Somebody of its own asks, who comes to another of the shops after each loss, and is not one of the crowd. */
async function probe({ id, shards, urls }: Extract<LoadOrder, { readonly type: "probe" }>): Promise<void> {
  let askedAgain = 0;
  let connections = 0;
  const own: Company = {
    ...company,
    url: () => urls[connections++ % urls.length] ?? url,
    reconnects: false,
    failed: () => void (askedAgain += 1),
  };
  const prober = new SteadyClient(`prober-${id}`, own, operatorToken);
  await products.ask(prober, shards);
  report({ type: "answered", id, answered: { atMs: Date.now(), askedAgain } });
  prober.end();
}

async function openOperator(): Promise<SteadyClient> {
  const { secret, tenant } = settings;
  operatorToken = await mintOperatorToken(secret, {
    tenant,
    nowMs: Date.now(),
    lifeMs: 8 * 60 * 60 * 1_000,
  });
  const client = new SteadyClient("operator", company, operatorToken);
  operator = client;
  for (const sku of [HOT_SKU, SCARCE_SKU]) await list(sku);
  await products.list(list);
  await receive(HOT_SKU, HOT_UNITS);
  return client;
}

function list(sku: string): Promise<void> {
  const terms = { description: "", category: "chaos", unitPriceMinor: 1_990, currency: "EUR" };
  const product = { ...terms, title: sku, taxBasisPoints: 1_900, sale: null };
  return expectDone({
    op: "product.list",
    command: "ListProduct",
    actor: `inventory/${sku}`,
    values: { sku, product },
  });
}

function receive(sku: string, quantity: number): Promise<void> {
  return expectDone({
    op: "stock.receive",
    command: "ReceiveStock",
    actor: `inventory/${sku}`,
    values: { sku, quantity },
  });
}

async function expectDone<Op extends Operation>(wish: Wish<Op>): Promise<void> {
  const result = await operator?.ask(wish);
  if (result?.ok === true) return;
  throw new Error(`the shop refused ${wish.op}: ${result?.problem.code}`);
}

function report(told: LoadReport): void {
  process.send?.(told);
}
