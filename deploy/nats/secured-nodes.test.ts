import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NEIGHBOURS } from "../../gateway/auth/neighbourhood.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import type { CataloguePageView } from "../../gateway/protocol/views.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { postgresPlacementStore } from "../../persistence/postgres/placement-store.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import { NodeProcess } from "../cluster/node-process.ts";
import { SecuredNats } from "./testing/secured-nats.ts";

const TEST_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
const BUYS_ONE_OF = 4;

let nats: SecuredNats;
let database: TestDatabase;
let directory: string;
const nodes: NodeProcess[] = [];
const said: string[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([SecuredNats.start(), testDatabase()]);
  directory = mkdtempSync(join(tmpdir(), "stampede-secured-"));
  chmodSync(directory, 0o755);
}, TEST_MS_MAX);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop(STOP_MS_MAX)));
  await Promise.all([nats.stop(), database.close()]);
  rmSync(directory, { recursive: true });
}, TEST_MS_MAX);

function startNode(name: string): NodeProcess {
  const node = new NodeProcess({
    name,
    dataDirectory: join(directory, name),
    lanes: 1,
    gateways: 1,
    port: 0,
    adminPort: 0,
    environment: {
      ...nats.environment("node"),
      DATABASE_URL: database.url,
      STAMPEDE_SECRET: "all nodes sign their sessions with this",
      STAMPEDE_ADMIN_TOKEN: "operators-of-all-nodes-come-in-with-this",
    },
    say: (line) => void said.push(line),
  });
  nodes.push(node);
  return node;
}

/** The read models are followed by one node for all, and may be late. */
async function firstProduct(url: string): Promise<string> {
  let sku: string | undefined;
  await eventually("the shop has products", async () => {
    const page = (await (await fetch(`${url}/v1/catalogue?limit=1`)).json()) as CataloguePageView;
    sku = page.entries[0]?.sku;
    return sku !== undefined;
  });
  return sku ?? "";
}

test(
  "nodes form a cluster over an encrypted server with a password and permissions, and sell to each other's shoppers",
  async () => {
    const shops = await Promise.all(["node-a", "node-b"].map((name) => startNode(name).opened()));
    const pool = await openDatabase(database.url);
    const { shards } = await postgresPlacementStore(pool).read();
    await pool.close();
    expect(new Set(shards.map((place) => place?.node))).toEqual(new Set(["node-a", "node-b"]));
    for (const shop of shops) {
      const url = `http://127.0.0.1:${shop?.port}`;
      const sku = await firstProduct(url);
      // Those of three neighbourhoods, whose shards follow each other: some are the other node's.
      const clients = await Promise.all(
        Array.from({ length: 3 * NEIGHBOURS }, () => StampedeClient.connect({ url })),
      );
      const shoppers = clients.filter((_, at) => at % BUYS_ONE_OF === 0);
      const added = await Promise.all(shoppers.map((client) => client.add({ sku, quantity: 1 })));
      for (const client of clients) client.close();
      expect(added.filter(({ ok }) => !ok)).toEqual([]);
    }
    expect(said.filter((line) => / (?:WARN|ERROR) /.test(line))).toEqual([]);
  },
  TEST_MS_MAX,
);
