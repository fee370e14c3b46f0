import type { RefusalValues } from "../../../engine/contract/outcome.ts";
import type { LineReply, Problem, Replies } from "../messages.ts";
import { problem } from "../problems.ts";
import type { CartLineView, OrderView, QueueView, SaleView } from "../views.ts";
import type { Bodies, Samples, ServerFrames } from "./wire-groups.ts";

const values: RefusalValues = {
  sku: "MUG",
  title: "Mug",
  line: 1,
  order: "C~1",
  sale: "drop",
  quantity: 3,
  available: 2,
  limit: 2,
  remaining: 1,
  productCurrency: "EUR",
  cartCurrency: "GBP",
};
const bareProblem: Problem = problem("unavailable", "Ask again.");
const fullProblem: Problem = problem("invalid_field", "It is wrong.", {
  field: "sku",
  retryAfterMs: 5,
  values,
});
/** Each of the values may be left out. */
const valuelessProblem: Problem = { ...fullProblem, values: {} };
const line: LineReply = {
  line: 1,
  sku: "MUG",
  quantity: 1,
  unitPriceMinor: 1_200,
  currency: "GBP",
  holdExpiresAtMs: 1,
};

/** Frames to clients. */
export const serverSamples: Samples<ServerFrames> = {
  welcome: [
    {
      t: "welcome",
      session: "token",
      sessionExpiresAtMs: 1,
      role: "shopper",
      customer: "ann",
      cart: "C",
      shop: "6f1c8c1e-7d0b-4c59-9a5e-111111111111",
      serverTimeMs: 1,
      pingMs: 1,
      frameBytesMax: 65_536,
    },
  ],
  snapshot: [{ t: "snapshot", ch: "cart", epoch: 1, offset: 2, state: null }],
  delta: [{ t: "delta", ch: "sku/MUG", epoch: 1, offset: 3, prev: 2, fields: {} }],
  ok: [{ re: 1, ok: null }],
  refused: [
    { re: 1, problem: bareProblem },
    { re: 1, problem: fullProblem },
    { re: 1, problem: valuelessProblem },
  ],
  problem: [
    { t: "problem", problem: bareProblem },
    { t: "problem", problem: fullProblem, ch: "cart" },
    { t: "problem", problem: valuelessProblem },
  ],
  reconnect: [{ t: "reconnect", afterMs: 1, jitterMs: 1 }],
  pong: [{ t: "pong", serverTimeMs: 1 }],
};

/** Replies of the operations, as `ok` and HTTP carry them. */
export const replySamples: Samples<Replies> = {
  "cart.add": [line],
  "cart.quantity": [line],
  "cart.remove": [{ line: 1 }],
  "cart.extend": [{ line: 1, holdExpiresAtMs: 1 }],
  checkout: [{ orderId: "C~1", totalMinor: 1_200, taxMinor: 200, currency: "GBP" }],
  "order.return": [{ orderId: "C~1", refundedMinor: 1_200, currency: "GBP" }],
  "product.list": [{ sku: "MUG" }],
  "stock.receive": [{ sku: "MUG", onHand: 5 }],
  "stock.adjust": [{ sku: "MUG", onHand: 4 }],
  "sale.set": [{ sku: "MUG" }],
  "sale.price": [{ sku: "MUG" }],
  "sale.end": [{ sku: "MUG" }],
  "selling.pause": [{ sku: "MUG" }],
  "selling.resume": [{ sku: "MUG" }],
  "queue.join": [{ sale: "drop", number: 7, ticket: "token" }],
  "queue.open": [{ sale: "drop" }],
  "queue.rate": [{ sale: "drop" }],
  "queue.end": [{ sale: "drop" }],
};

const sale: SaleView = {
  id: "drop",
  title: "Drop",
  unitPriceMinor: 600,
  startsAtMs: 1,
  endsAtMs: 2,
  limitPerCustomer: 2,
};
const queue: QueueView = {
  sale: "drop",
  opensAtMs: 0,
  startsAtMs: 1,
  endsAtMs: 2,
  admissionMs: 600_000,
  issued: 3,
  shuffle: null,
  line: { base: 0, sinceMs: 0, perMinute: 600, passed: 0 },
};
const product = {
  sku: "MUG",
  title: "Mug",
  category: "kitchen",
  currency: "GBP",
  unitPriceMinor: 1_200,
  available: 3,
  paused: false,
};
const cartLine: CartLineView = {
  line: 1,
  sku: "MUG",
  title: "Mug",
  quantity: 1,
  unitPriceMinor: 1_200,
  taxBasisPoints: 2_000,
  holdExpiresAtMs: 1,
  extended: false,
};
const order: OrderView = {
  orderId: "C~1",
  status: "captured",
  customer: "ann",
  placedAtMs: 1,
  lines: [
    {
      line: 1,
      sku: "MUG",
      title: "Mug",
      quantity: 1,
      unitPriceMinor: 1_200,
      amountMinor: 1_200,
      taxMinor: 200,
      returnedQuantity: 0,
    },
  ],
  currency: "GBP",
  totalMinor: 1_200,
  taxMinor: 200,
  refundedMinor: 0,
  refusal: null,
};

/** What channels show and HTTP answers. */
export const bodySamples: Samples<Bodies> = {
  sku: [
    { ...product, sale: null },
    { ...product, sale },
    { ...product, sale: { ...sale, limitPerCustomer: null, waitingRoom: true } },
  ],
  queue: [queue, { ...queue, shuffle: { size: 2, seed: 5 } }],
  cart: [
    { cartId: "C", lines: [], currency: null, totalMinor: 0, taxMinor: 0, checkingOut: null, orderIds: [] },
    {
      cartId: "C",
      lines: [cartLine],
      currency: "GBP",
      totalMinor: 1_200,
      taxMinor: 200,
      checkingOut: "C~2",
      orderIds: ["C~1"],
    },
  ],
  order: [
    order,
    { ...order, status: "refused", refusal: { code: "sold_out", detail: "None is left." } },
    ...[values, {}].map((each): OrderView => ({
      ...order,
      status: "refused",
      refusal: { code: "sold_out", detail: "None is left.", field: "lines", retryAfterMs: 5, values: each },
    })),
  ],
  catalogue: [
    { entries: [], total: 0 },
    {
      entries: [null, sale, { ...sale, limitPerCustomer: null, waitingRoom: true }].map((running) => ({
        ...product,
        description: "A mug.",
        sale: running,
      })),
      total: 2,
    },
  ],
  session: [
    {
      role: "shopper",
      customer: "ann",
      cart: "C",
      shop: "6f1c8c1e-7d0b-4c59-9a5e-111111111111",
      sessionExpiresAtMs: 1,
      serverTimeMs: 1,
    },
  ],
  problem: [bareProblem, fullProblem, valuelessProblem],
  problemDescription: [{ code: "unavailable", title: "Not available", status: 503, retryable: false }],
};
