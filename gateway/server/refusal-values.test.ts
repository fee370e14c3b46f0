import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Refusal, RefusalValues } from "../../engine/contract/outcome.ts";
import { refused } from "../../engine/contract/outcome.ts";
import type { Operation, ProductTerms } from "../protocol/messages.ts";
import { MUG, TestGateway } from "./testing/test-gateway.ts";
import type { TestSocket } from "./testing/test-socket.ts";

type Values = Readonly<Record<string, unknown>>;
type Case = readonly [code: string, op: Operation, args: Values, values: RefusalValues];

const CHANNELS_MAX = 2;
const SALE = {
  id: "drop",
  title: "Drop",
  unitPriceMinor: 600,
  startsAtMs: 0,
  endsAtMs: Date.now() + 3_600_000,
  limitPerCustomer: 2,
};

let shop: TestGateway;
let shopper: Visitor;
let operator: Visitor;
let order: string;

/** Somebody who says the same over a socket and over HTTP. */
class Visitor {
  readonly socket: TestSocket;
  readonly #token: string;
  #count = 0;

  constructor(socket: TestSocket, token: string) {
    this.socket = socket;
    this.#token = token;
  }

  static async come(token?: string): Promise<Visitor> {
    const socket = shop.socket();
    const { session } = await socket.hello(token === undefined ? {} : { token });
    return new Visitor(socket, token ?? String(session));
  }

  async say(op: Operation, args: Values): Promise<Values> {
    const id = ++this.#count;
    this.socket.send({ id, op, key: `socket-${id}`, ...args });
    return this.socket.reply(id);
  }

  async told(op: Operation, args: Values): Promise<Values> {
    return (await this.say(op, args))["problem"] as Values;
  }

  async toldOverHttp(op: Operation, args: Values): Promise<unknown> {
    const [method, path, body] = requestOf(op, args);
    const response = await fetch(shop.origin + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
        "idempotency-key": `http-${++this.#count}`,
      },
      body: JSON.stringify(body),
    });
    return response.json();
  }
}

function requestOf(op: Operation, args: Values): readonly [method: string, path: string, body: Values] {
  const { line, order: returned, ...body } = args;
  if (op === "cart.quantity") return ["PATCH", `/v1/cart/lines/${String(line)}`, body];
  if (op === "order.return") return ["POST", `/v1/orders/${String(returned)}/returns`, body];
  return ["POST", op === "checkout" ? "/v1/checkout" : "/v1/cart/lines", body];
}

/** Ann has bought a mug and one of two in the sale, and has another mug in her cart. */
beforeAll(async () => {
  shop = await TestGateway.start({ limits: { channelsPerSocketMax: CHANNELS_MAX } });
  operator = await Visitor.come(await shop.operatorToken());
  const list = async (sku: string, quantity: number, terms: Partial<ProductTerms> = {}) => {
    await operator.say("product.list", { sku, product: { ...MUG, ...terms } });
    if (quantity > 0) await operator.say("stock.receive", { sku, quantity });
  };
  await list("MUG", 5);
  await list("GONE", 0);
  await list("DROP", 9, { sale: SALE });
  await list("EURO", 9, { currency: "EUR" });
  shopper = await Visitor.come();
  await shopper.say("cart.add", { sku: "MUG", quantity: 1 });
  await shopper.say("cart.add", { sku: "DROP", quantity: 1 });
  const paid = await shopper.say("checkout", { paymentToken: "card" });
  order = (paid["ok"] as { orderId: string }).orderId;
  await shopper.say("cart.add", { sku: "MUG", quantity: 1 });
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

test.each<Case>([
  ["unknown_sku", "cart.add", { sku: "NONE", quantity: 1 }, { sku: "NONE" }],
  ["sold_out", "cart.add", { sku: "GONE", quantity: 1 }, { sku: "GONE" }],
  ["insufficient_stock", "cart.add", { sku: "MUG", quantity: 7 }, { sku: "MUG", quantity: 7, available: 3 }],
  [
    "limit_per_customer",
    "cart.add",
    { sku: "DROP", quantity: 3 },
    { sku: "DROP", quantity: 3, limit: 2, remaining: 1 },
  ],
  [
    "mixed_currency",
    "cart.add",
    { sku: "EURO", quantity: 1 },
    { sku: "EURO", productCurrency: "EUR", cartCurrency: "GBP" },
  ],
  ["line_not_found", "cart.quantity", { line: 99, quantity: 1 }, { line: 99 }],
])("%s has its values over the socket and over HTTP", async (code, op, args, values) => {
  const problem = await shopper.told(op, args);
  expect(problem).toMatchObject({ code });
  expect(problem["values"]).toEqual(values);
  expect(await shopper.toldOverHttp(op, args)).toEqual(problem);
});

test.each<[code: string, line: number, quantity: number, values: RefusalValues]>([
  ["return_exceeds_sold", 1, 2, { line: 1, quantity: 2, remaining: 1 }],
  ["line_not_found", 99, 1, { line: 99 }],
])("a return is refused with %s and its values", async (code, line, quantity, values) => {
  const args = { order, lines: [{ line, quantity }], reason: "broken" };
  const problem = await operator.told("order.return", args);
  expect(problem).toMatchObject({ code });
  expect(problem["values"]).toEqual(values);
  expect(await operator.toldOverHttp("order.return", args)).toEqual(problem);
});

test.each<Case>([
  [
    "currency_in_use",
    "product.list",
    { sku: "MUG", product: { ...MUG, currency: "EUR" } },
    { sku: "MUG", productCurrency: "GBP" },
  ],
  [
    "insufficient_stock",
    "stock.adjust",
    { sku: "MUG", quantity: -9, reason: "lost" },
    { sku: "MUG", quantity: -9, available: 3 },
  ],
])("an operator is refused with %s and its values", async (code, op, args, values) => {
  const problem = await operator.told(op, args);
  expect(problem).toMatchObject({ code });
  expect(problem["values"]).toEqual(values);
});

test("a refused checkout has the line that it is about, also for the typed client", async () => {
  const refusal: Refusal = {
    code: "insufficient_stock",
    detail: "Line 3 (Mug): Only 1 of MUG is left.",
    field: "lines",
    values: { sku: "MUG", quantity: 2, available: 1, line: 3, title: "Mug" },
  };
  shop.dispatcher.scripted.push(refused(refusal), refused(refusal), refused(refusal));
  const problem = await shopper.told("checkout", { paymentToken: "card" });
  // What the product is called is not what the problem is called.
  expect(problem).toMatchObject({ ...refusal, title: "Insufficient stock" });
  expect(await shopper.toldOverHttp("checkout", { paymentToken: "card" })).toEqual(problem);
  const client = await shop.client();
  const result = await client.checkOut({ paymentToken: "card" });
  expect(result.ok ? undefined : result.problem.values).toEqual(refusal.values);
});

test("what a gateway limits is told with the limit", async () => {
  const skus = Array.from({ length: CHANNELS_MAX + 1 }, (_, index) => `MUG-${index}`);
  for (const sku of skus) shopper.socket.send({ t: "subscribe", ch: `sku/${sku}` });
  const { problem } = await shopper.socket.next(({ t }) => t === "problem", "a refused channel");
  expect(problem).toMatchObject({ code: "too_many_channels", values: { limit: CHANNELS_MAX } });
  const tooLarge = await shopper.toldOverHttp("cart.add", { sku: "x".repeat(70_000), quantity: 1 });
  expect(tooLarge).toMatchObject({ code: "body_too_large", values: { limit: 65_536 } });
});
