import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { noBusTraffic } from "../../engine/transport/bus/bus-link.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { busMetrics } from "../admin/bus-metrics.ts";
import { parseExposition } from "../admin/testing/parse-exposition.ts";
import { ShopProgram } from "../testing/shop-program.ts";
import { queriesOf, readDashboard } from "./testing/dashboard.ts";
import { PrometheusServer } from "./testing/prometheus-server.ts";

// The first run on a fresh machine fetches Prometheus.
const FETCH_MS_MAX = 180_000;
const SKU = "AUD-HALO-MIDNIGHT";
// A shop that is alone has none.
const BUS = { thread: "lane-0", isConnected: true, counters: noBusTraffic() };

const dashboard = readDashboard();
const queries = queriesOf(dashboard, "5s");
const rules = readFileSync(new URL("rules.yml", import.meta.url), "utf8");
const named = new Set(
  [...queries.map(({ query }) => query), ...expressionsOf(rules)].flatMap(
    (text) => text.match(/\b(?:stampede|process)_\w+/g) ?? [],
  ),
);

const shop = new ShopProgram();
let prometheus: PrometheusServer;
let client: StampedeClient;
let exposed: ReadonlySet<string>;

beforeAll(async () => {
  await shop.start();
  client = await StampedeClient.connect({ url: shop.url });
  const { host } = new URL(shop.adminUrl);
  prometheus = await PrometheusServer.start(host);
}, FETCH_MS_MAX);

afterAll(async () => {
  client?.close();
  await prometheus?.stop();
  await shop.remove();
});

/** Everything that is counted happens: a purchase, a refusal, a push. */
async function shopAround(): Promise<void> {
  await client.command("cart.add", { sku: SKU, quantity: 1 });
  await client.command("checkout", { paymentToken: "tok_ok" });
  await client.command("checkout", { paymentToken: "tok_ok" });
  await fetch(`${shop.url}v1/catalogue?limit=1`);
}

test("every number that the dashboard or an alert asks for is one that a shop gives, alone or in a cluster", async () => {
  client.subscribe(`sku/${SKU}`, () => undefined);
  await shopAround();
  await eventually("the stock was pushed", async () => {
    exposed = new Set(
      [...parseExposition(await exposition())].flatMap(([family, { type }]) =>
        type === "histogram" ? histogramOf(family) : [family],
      ),
    );
    return exposed.has("stampede_pushes_total");
  });
  const inCluster = new Set(busMetrics(BUS).map(({ name }) => name));
  expect([...named].filter((name) => !exposed.has(name) && !inCluster.has(name))).toEqual([]);
});

test(
  "every panel shows something in a real Prometheus that watches a real shop",
  async () => {
    const empty = new Map<string, string>();
    await eventually("all panels show something", async () => {
      await shopAround();
      empty.clear();
      for (const { panel, query } of queries) {
        const result = await prometheus.query(query);
        if (result.length === 0 && !isOfEvents(panel)) empty.set(panel, query);
      }
      return empty.size === 0;
    }).catch((error: unknown) => {
      throw new Error(`these show nothing: ${JSON.stringify([...empty])}`, { cause: error });
    });
  },
  FETCH_MS_MAX,
);

test("panels lie beside one another, each with a number of its own and the data source that is provided", () => {
  const provided = readFileSync(new URL("grafana/data-sources.yaml", import.meta.url), "utf8");
  const [uid] = [...new Set(dashboard.panels.flatMap(({ datasource }) => datasource?.uid ?? []))];
  expect(provided).toContain(`uid: ${uid}\n`);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

/** Marks in time: nothing is shown unless it happens. */
function isOfEvents(panel: string): boolean {
  return panel === "annotations";
}

async function exposition(): Promise<string> {
  return (await fetch(`${shop.adminUrl}/metrics`)).text();
}

function histogramOf(family: string): readonly string[] {
  return ["_bucket", "_sum", "_count"].map((suffix) => `${family}${suffix}`);
}

function expressionsOf(text: string): readonly string[] {
  const schema = z.object({
    groups: z.array(z.object({ rules: z.array(z.looseObject({ expr: z.string() })) })),
  });
  return schema.parse(Bun.YAML.parse(text)).groups.flatMap(({ rules: all }) => all.map(({ expr }) => expr));
}
