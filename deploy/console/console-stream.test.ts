import { afterEach, beforeEach, expect, test } from "bun:test";
import type { ConsoleHistory, ConsoleLine, ConsoleNow } from "../../gateway/protocol/console-line.ts";
import { readLines } from "../../gateway/console/state/read-lines.ts";
import { AdminRig } from "../admin/testing/admin-rig.ts";
import { CONSOLES_MAX } from "./console-stream.ts";

let rig: AdminRig;

beforeEach(async () => {
  rig = await AdminRig.start();
});

afterEach(() => rig.stop());

/** Reads a stream. */
class Watcher {
  readonly #lines: AsyncGenerator<string>;

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#lines = readLines(body);
  }

  static async open(): Promise<Watcher> {
    const response = await rig.ask("/v1/console");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    if (response.body === null) throw new Error("there is a stream");
    return new Watcher(response.body);
  }

  /** The next line that is not empty; undefined at the end. */
  async line(): Promise<ConsoleLine | undefined> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done === true) return undefined;
      if (value !== "") return JSON.parse(value) as ConsoleLine;
    }
  }

  /** The next second that is as wanted. */
  async until(what: string, isWanted: (now: ConsoleNow) => boolean): Promise<ConsoleNow> {
    for (let lines = 0; lines < 30; lines += 1) {
      const line = await this.line();
      if (line?.type === "Now" && isWanted(line)) return line;
    }
    throw new Error(`no line came in which ${what}`);
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }
}

test("a node that does not coordinate shows the whole cluster, with rates over all of its nodes", async () => {
  const watcher = await Watcher.open();
  expect(await watcher.line()).toMatchObject({ type: "History", points: [] });
  await watcher.until("all is known", ({ cluster }) => cluster.value !== null);
  // Every node has confirmed 50 orders and answered 100 commands in the second that its own clock tells.
  for (const [node, figures] of rig.console.figures) {
    const { gateways, lanes, uptimeMs } = figures;
    if (gateways === null || lanes === null) throw new Error("the sample has both");
    const counts = gateways.commandMs.counts.map((count, index) => count + (index === 0 ? 100 : 0));
    rig.console.figures.set(node, {
      ...figures,
      uptimeMs: uptimeMs + 1_000,
      lanes: lanes.map((lane) => ({ ...lane, ordersConfirmed: lane.ordersConfirmed + 50 })),
      gateways: {
        ...gateways,
        refusalsByCode: { sold_out: 32 },
        commandMs: { ...gateways.commandMs, counts },
      },
    });
  }
  const now = await watcher.until(
    "the orders of all nodes were counted",
    ({ traffic }) => traffic.ordersPerSecond === 150,
  );
  expect(now.node).not.toBe(rig.cluster.coordinator.name);
  expect(now.traffic).toMatchObject({
    without: [],
    ordersPerSecond: 150,
    commandsPerSecond: 300,
    sockets: 600,
    refusals: [{ code: "sold_out", perSecond: 60 }],
  });
  expect(now.point).toMatchObject({ ordersPerSecond: 150, p50Ms: 2.5, p99Ms: 4.95 });
  expect(now.nodes.map(({ node }) => node)).toEqual(["node-a", "node-b", "node-c"]);
  expect(now.cluster.value?.coordinator).toBe(rig.cluster.coordinator.name);
  expect(now.cluster.value?.shards).toHaveLength(12);
  const next = await Watcher.open();
  const history = (await next.line()) as ConsoleHistory;
  expect(history.points).toContainEqual(now.point);
  await Promise.all([watcher.close(), next.close()]);
});

test("what is out of reach stays as it was, with the reason and since when, and the rest goes on", async () => {
  const pause = { reason: "wrong price", sinceMs: 1 };
  const product = { sku: "LAMP", title: "Lamp", available: 3, held: 1, sold: 6, sale: null, pause };
  rig.console.products = async () => [product];
  const watcher = await Watcher.open();
  const before = await watcher.until(
    "all is known",
    ({ products, cluster }) => products.value !== null && cluster.value !== null,
  );
  expect(before.products).toMatchObject({ value: [product], trouble: null });

  // Postgres does not answer any more.
  rig.console.products = () => new Promise(() => undefined);
  rig.cluster.stored.operations.values = () => {
    throw new Error("Postgres cannot be read");
  };
  const away = await watcher.until(
    "both are missed",
    ({ products, operations }) => products.trouble !== null && operations.trouble !== null,
  );
  expect(away.products).toEqual({
    ...before.products,
    atMs: away.products.atMs,
    trouble: "it does not answer in time",
  });
  expect(away.products.atMs).toBeLessThan(away.atMs);
  expect(away.operations.trouble).toBe("Postgres cannot be read");
  expect([away.cluster.trouble, away.traffic.without]).toEqual([null, []]);
  expect(away.alerts.map(({ text }) => text)).toEqual([
    "Not known now: what the cluster does (Postgres cannot be read).",
    "Not known now: the stock of products (it does not answer in time).",
  ]);

  // Nor does NATS carry anything.
  rig.cluster.bus.stop();
  const alone = await watcher.until("the others are missed", ({ traffic }) => traffic.without.length === 2);
  expect(alone.traffic.without).not.toContain(alone.node);
  expect(alone.cluster).toMatchObject({ value: away.cluster.value });
  expect(alone.cluster.trouble).toContain("This node does not reach NATS");
  expect(
    alone.nodes.filter(({ figures }) => figures.trouble === "this node does not reach NATS"),
  ).toHaveLength(2);
  await watcher.close();
});

test("so many may watch at one node, and whoever leaves makes room", async () => {
  const watchers = await Promise.all(Array.from({ length: CONSOLES_MAX }, () => rig.ask("/v1/console")));
  expect(watchers.map(({ status }) => status)).toEqual(watchers.map(() => 200));
  const refused = await rig.ask("/v1/console");
  expect([refused.status, await refused.json()]).toMatchObject([429, { code: "too_many_watches" }]);
  const head = await rig.ask("/v1/console", { method: "HEAD" });
  expect(head.status).toBe(429);
  await watchers[0]?.body?.cancel();
  // The node notices it a moment later.
  let next = await rig.ask("/v1/console");
  while (next.status === 429) next = await rig.ask("/v1/console");
  await next.body?.cancel();
  await Promise.all(watchers.slice(1).map(({ body }) => body?.cancel()));
});

test("nobody watches without the token", async () => {
  const headers = { Authorization: "Bearer the-token-of-somebody-else-altogether" };
  const response = await rig.ask("/v1/console", { headers });
  expect([response.status, await response.json()]).toMatchObject([401, { code: "unauthenticated" }]);
});

test("when the node ends its streams end, and it begins no further ones", async () => {
  const watcher = await Watcher.open();
  await watcher.until("it is live", () => true);
  rig.console.streams.close();
  let line = await watcher.line();
  while (line !== undefined) line = await watcher.line();
  const response = await rig.ask("/v1/console");
  expect([response.status, await response.json()]).toMatchObject([503, { code: "unavailable" }]);
});
