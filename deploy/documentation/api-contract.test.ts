import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ShopProcess } from "../../bench/crash/shop-process.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { SOCKET_PATH } from "../../gateway/protocol/messages.ts";
import { commandSamples } from "../../gateway/protocol/testing/client-samples.ts";
import { MUG } from "../../gateway/server/testing/test-gateway.ts";
import { TestSocket } from "../../gateway/server/testing/test-socket.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { DocumentedCalls } from "./testing/documented-calls.ts";
import { DocumentSchemas } from "./testing/document-schemas.ts";

const TEST_MS_MAX = 60_000;
const SKU = "MUG-1";

const directory = mkdtempSync(join(tmpdir(), "stampede-contract-"));
let shop: ShopProcess;
let token: string;

beforeAll(async () => {
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
  shop = await ShopProcess.start({ dataDirectory: directory, lanes: 1, port: 0 });
  const secret = readFileSync(join(directory, "secret"), "utf8").trim();
  token = await mintOperatorToken(secret, { tenant: "shop", nowMs: Date.now(), cart: "operator" });
  const operator = newSocket();
  await operator.hello({ token });
  operator.send({ id: 1, op: "product.list", key: "list", sku: SKU, product: MUG });
  operator.send({ id: 2, op: "stock.receive", key: "stock", sku: SKU, quantity: 50 });
  const terms = { startsAtMs: 1, endsAtMs: 8_000_000_000_000, admitPerMinute: 600, admissionMs: 600_000 };
  operator.send({ id: 3, op: "queue.open", key: "queue", sale: "drop", terms: { ...terms, opensAtMs: 0 } });
  await Promise.all([1, 2, 3].map((id) => operator.reply(id)));
  operator.close();
}, TEST_MS_MAX);

afterAll(async () => {
  await shop.stop();
  rmSync(directory, { recursive: true });
});

function newSocket(): TestSocket {
  return new TestSocket(shop.url.replace("http", "ws") + SOCKET_PATH);
}

describe("over HTTP a shop answers what its document says", () => {
  test(
    "to every request, once done and once refused",
    async () => {
      const calls = await DocumentedCalls.begin(shop.url);
      const operator = { authorization: `Bearer ${token}` };
      const nobody = { cookie: "" };

      await eventually("the catalogue has the product", async () => {
        return (await calls.read("/v1/catalogue", { query: "q=mug" }))["total"] === 1;
      });
      await calls.refused("GET", "/v1/catalogue", { query: "limit=0" }, "invalid_field");
      await calls.read("/v1/catalogue/{sku}", { path: { sku: SKU } });
      await calls.refused("GET", "/v1/catalogue/{sku}", { path: { sku: "NO-SUCH" } }, "not_found");
      await calls.read("/v1/session", { headers: nobody });
      const forged = { authorization: "Bearer x.y.z" };
      await calls.refused("GET", "/v1/session", { headers: forged }, "invalid_session");
      await calls.read("/problems/{code}", { path: { code: "sold_out" } });
      await calls.refused("GET", "/problems/{code}", { path: { code: "nothing" } }, "not_found");

      const lines = "/v1/cart/lines";
      const { line } = await calls.done("POST", lines, { body: { sku: SKU, quantity: 1 } });
      await calls.refused("POST", lines, { body: { sku: "NO-SUCH", quantity: 1 } }, "unknown_sku");
      await calls.refused("POST", lines, { body: { sku: SKU, quantity: 1_000 } }, "insufficient_stock");
      const one = { path: { line: String(line) } };
      const none = { path: { line: "99" } };
      const each = `${lines}/{line}`;
      await calls.done("PATCH", each, { ...one, body: { quantity: 2 } });
      await calls.refused("PATCH", each, { ...one, body: { quantity: 0 } }, "invalid_field");
      await calls.done("POST", `${each}/extension`, one);
      await calls.refused("POST", `${each}/extension`, one, "already_extended");
      await calls.read("/v1/cart", {});
      await calls.refused("GET", "/v1/cart", { headers: nobody }, "session_required");
      const declined = { body: { paymentToken: "tok_declined" } };
      await calls.refused("POST", "/v1/checkout", declined, "payment_declined");
      const { orderId } = await calls.done("POST", "/v1/checkout", { body: { paymentToken: "tok_ok" } });
      const second = await calls.done("POST", lines, { body: { sku: SKU, quantity: 1 } });
      await calls.done("DELETE", each, { path: { line: String(second["line"]) } });
      await calls.refused("DELETE", each, none, "line_not_found");
      await calls.read("/v1/cart", {});

      const order = { path: { order: String(orderId) } };
      await calls.read("/v1/orders/{order}", order);
      await calls.refused("GET", "/v1/orders/{order}", { path: { order: "other~1" } }, "unknown_order");
      const returned = { ...order, body: { lines: [{ line, quantity: 1 }], reason: "broken" } };
      const returns = "/v1/orders/{order}/returns";
      await calls.refused("POST", returns, returned, "not_allowed");
      await calls.done("POST", returns, { ...returned, headers: operator });
      await calls.read("/v1/orders/{order}", order);

      const [drop, nothing] = [{ path: { sale: "drop" } }, { path: { sale: "no-such" } }];
      const tickets = "/v1/queues/{sale}/tickets";
      await calls.read("/v1/queues/{sale}", drop);
      await calls.refused("GET", "/v1/queues/{sale}", nothing, "queue_not_found");
      await calls.done("POST", tickets, { ...drop, body: {} });
      await calls.refused("POST", tickets, { ...nothing, body: {} }, "queue_not_found");

      expect(calls.faults).toEqual([]);
      expect(calls.missing).toEqual([]);
    },
    TEST_MS_MAX,
  );

  test("to those who have no session, bring no key or another site's page", async () => {
    const calls = await DocumentedCalls.begin(shop.url);
    const lines = "/v1/cart/lines";
    const body = { sku: SKU, quantity: 1 };
    await calls.refused("POST", lines, { body, headers: { "idempotency-key": "" } }, "key_missing");
    await calls.refused("POST", lines, { body, headers: { cookie: "" } }, "session_required");
    await calls.refused(
      "POST",
      lines,
      { body, headers: { origin: "https://evil.example" } },
      "origin_not_allowed",
    );
    await calls.refused("POST", lines, { body: "[]" }, "malformed_body");
    await calls.refused(
      "POST",
      lines,
      { body, headers: { "content-type": "text/plain" } },
      "unsupported_media_type",
    );
    await calls.refused("POST", lines, { body: "x".repeat(65 * 1024) }, "body_too_large");
    await calls.refused("POST", lines, { body: { sku: SKU } }, "missing_field");
    await calls.refused("POST", lines, { body: { ...body, colour: "red" } }, "unknown_field");
    await calls.refused("GET", "/v1/cart", { query: "token=x" }, "token_in_url");
    expect(calls.faults).toEqual([]);
  });

  test("at the bounds of its parameters", async () => {
    const calls = await DocumentedCalls.begin(shop.url);
    const bounds: readonly (readonly ["get" | "delete", string, string, readonly unknown[]])[] = [
      ["get", "/v1/catalogue", "limit", [0, 1, 100, 101, 1.5]],
      ["get", "/v1/catalogue", "offset", [-1, 0, 1_000_000, 1_000_001]],
      ["get", "/v1/catalogue", "q", ["", "x".repeat(200), "x".repeat(201), "\u0001"]],
      ["get", "/v1/catalogue", "category", ["", "x".repeat(200), "x".repeat(201), "\u0001"]],
      ["delete", "/v1/cart/lines/{line}", "line", [0, 1, 1_000_000_000, 1_000_000_001, 1.5]],
    ];
    for (const [method, path, name, values] of bounds)
      for (const value of values) await calls.sameAtBound(method, path, name, value);
    expect(calls.faults).toEqual([]);
  });

  test.each(["openapi", "asyncapi"])(
    "and gives the document %s itself, to be kept for a while",
    async (name) => {
      const answer = await fetch(`${shop.url}/v1/${name}.json`);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
      expect(await answer.json()).toEqual(
        await Bun.file(`${import.meta.dir}/../../docs/${name}.json`).json(),
      );
      const etag = answer.headers.get("etag") ?? "";
      const again = await fetch(`${shop.url}/v1/${name}.json`, { headers: { "if-none-match": etag } });
      expect(again.status).toBe(304);
    },
  );
});

test(
  "over a socket a shop takes and says what its document says",
  async () => {
    const schemas = new DocumentSchemas("docs/asyncapi.json");
    const faults: unknown[] = [];
    const operations = new Map<unknown, string>();
    const check = (message: string, frame: unknown): void => {
      const found = schemas.faults(["components", "messages", message, "payload"], frame);
      if (found.length > 0) faults.push([message, frame, found]);
    };
    const say = (socket: TestSocket, frame: Readonly<Record<string, unknown>>): void => {
      check(String(frame["t"] ?? frame["op"]), frame);
      socket.send(frame);
    };
    let id = 0;
    const ask = async (socket: TestSocket, op: string, fields: object): Promise<Record<string, unknown>> => {
      id += 1;
      operations.set(id, op);
      say(socket, { ...fields, id, op, key: `socket-${id}` });
      const { ok } = await socket.reply(id);
      return (ok ?? {}) as Record<string, unknown>;
    };

    const shopper = newSocket();
    await shopper.hello();
    for (const ch of [`sku/${SKU}`, "cart", "sku/NO-SUCH"]) say(shopper, { t: "subscribe", ch });
    for (const watched of [`sku/${SKU}`, "cart"])
      await shopper.next(({ t, ch }) => t === "snapshot" && ch === watched, `a snapshot of ${watched}`);
    const { line } = await ask(shopper, "cart.add", { sku: SKU, quantity: 2 });
    await shopper.next(({ t, ch }) => t === "delta" && ch === "cart", "a delta of the cart");
    await shopper.next(({ t, ch }) => t === "delta" && ch === `sku/${SKU}`, "a delta of the product");
    await ask(shopper, "cart.quantity", { line, quantity: 1 });
    await ask(shopper, "cart.extend", { line });
    await ask(shopper, "cart.add", { sku: "NO-SUCH", quantity: 1 });
    const { orderId } = await ask(shopper, "checkout", { paymentToken: "tok_ok" });
    for (const ch of [`order/${String(orderId)}`, "order/other~1"]) say(shopper, { t: "subscribe", ch });
    await shopper.next(({ ch }) => ch === `order/${String(orderId)}`, "the order");
    await shopper.next(({ t }) => t === "problem", "a problem");
    const more = await ask(shopper, "cart.add", { sku: SKU, quantity: 1 });
    await ask(shopper, "cart.remove", { line: more["line"] });
    for (const t of ["resync", "unsubscribe"]) say(shopper, { t, ch: "cart" });
    for (const t of ["refresh", "ping"]) say(shopper, { t });
    await shopper.next(({ t }) => t === "pong", "a pong");

    const operator = newSocket();
    const hello = { t: "hello", token, resume: [{ ch: `sku/${SKU}`, epoch: 0, offset: 0 }] };
    check("hello", hello);
    await operator.hello(hello);
    await ask(operator, "order.return", { order: orderId, lines: [{ line, quantity: 1 }], reason: "broken" });
    // Whatever comes of them, each operation is asked as its samples show.
    for (const [op, samples] of Object.entries(commandSamples))
      for (const { id: _id, op: _op, key: _key, ...fields } of samples) await ask(operator, op, fields);

    await shop.stop();
    await eventually("the shop has closed its sockets", () => shopper.closed !== undefined);
    const frames = [...shopper.frames, ...operator.frames];
    for (const frame of frames) {
      const answered = frame["ok"] === undefined ? "refused" : `${operations.get(frame["re"])}.ok`;
      check("t" in frame ? String(frame["t"]) : answered, frame);
    }
    expect(faults).toEqual([]);
    const said = new Set(frames.flatMap(({ t }) => (typeof t === "string" ? [t] : [])));
    expect([...said].toSorted()).toEqual(["delta", "pong", "problem", "reconnect", "snapshot", "welcome"]);
    const done = new Set(frames.filter(({ ok }) => ok !== undefined).map(({ re }) => operations.get(re)));
    expect(Object.keys(commandSamples).filter((op) => !done.has(op))).toEqual([]);
  },
  TEST_MS_MAX,
);
