import type { ProductTerms } from "../messages.ts";
import type { CommandFrames, ControlFrames, Samples } from "./wire-groups.ts";

const bare = { id: 1, key: "k" } as const;
const full = { ...bare, deadlineMs: 500 } as const;

const terms: ProductTerms = {
  title: "Mug",
  description: "A mug.",
  category: "kitchen",
  unitPriceMinor: 1_200,
  currency: "GBP",
  taxBasisPoints: 2_000,
};
const sale = {
  id: "drop",
  title: "Drop",
  unitPriceMinor: 600,
  startsAtMs: 1,
  endsAtMs: 2,
  limitPerCustomer: null,
};

const queueTerms = { opensAtMs: 0, startsAtMs: 1, endsAtMs: 2, admitPerMinute: 600, admissionMs: 600_000 };

/** Frames of clients that are not commands. */
export const controlSamples: Samples<ControlFrames> = {
  hello: [{ t: "hello" }, { t: "hello", token: "x", resume: [{ ch: "sku/MUG", epoch: 1, offset: 2 }] }],
  subscribe: [{ t: "subscribe", ch: "sku/MUG" }],
  unsubscribe: [{ t: "unsubscribe", ch: "cart" }],
  resync: [{ t: "resync", ch: "order/C~1" }],
  refresh: [{ t: "refresh" }],
  ping: [{ t: "ping" }],
};

/** Commands of clients, each once with all and once with as few fields as may be. */
export const commandSamples: Samples<CommandFrames> = {
  "cart.add": [
    { op: "cart.add", ...bare, sku: "MUG", quantity: 1 },
    {
      op: "cart.add",
      ...full,
      sku: "MUG",
      quantity: 1,
      cart: "C",
      customer: "ann",
      unitPriceMinor: 5,
      ticket: "token",
    },
  ],
  "cart.quantity": [
    { op: "cart.quantity", ...bare, line: 1, quantity: 2 },
    { op: "cart.quantity", ...full, line: 1, quantity: 2, cart: "C", ticket: "token" },
  ],
  "cart.remove": [
    { op: "cart.remove", ...bare, line: 1 },
    { op: "cart.remove", ...full, line: 1, cart: "C" },
  ],
  "cart.extend": [
    { op: "cart.extend", ...bare, line: 1 },
    { op: "cart.extend", ...full, line: 1, cart: "C" },
  ],
  checkout: [
    { op: "checkout", ...bare, paymentToken: "tok_ok" },
    { op: "checkout", ...full, paymentToken: "tok_ok", cart: "C", customer: "ann" },
  ],
  "order.return": [
    { op: "order.return", ...bare, order: "C~1", lines: [{ line: 1, quantity: 1 }], reason: "broken" },
    { op: "order.return", ...full, order: "C~1", lines: [{ line: 1, quantity: 1 }], reason: "broken" },
  ],
  "product.list": [
    { op: "product.list", ...bare, sku: "MUG", product: terms },
    { op: "product.list", ...full, sku: "MUG", product: { ...terms, sale: null } },
    { op: "product.list", ...full, sku: "MUG", product: { ...terms, sale } },
    {
      op: "product.list",
      ...full,
      sku: "MUG",
      product: { ...terms, sale: { ...sale, limitPerCustomer: 2, waitingRoom: true } },
    },
  ],
  "stock.receive": [
    { op: "stock.receive", ...bare, sku: "MUG", quantity: 5 },
    { op: "stock.receive", ...full, sku: "MUG", quantity: 5 },
  ],
  "stock.adjust": [
    { op: "stock.adjust", ...bare, sku: "MUG", quantity: -1, reason: "lost" },
    { op: "stock.adjust", ...full, sku: "MUG", quantity: -1, reason: "lost" },
  ],
  "sale.set": [
    { op: "sale.set", ...bare, sku: "MUG", sale },
    { op: "sale.set", ...full, sku: "MUG", sale: { ...sale, limitPerCustomer: 2, waitingRoom: true } },
  ],
  "sale.price": [
    { op: "sale.price", ...bare, sku: "MUG", saleId: "drop", unitPriceMinor: 500 },
    { op: "sale.price", ...full, sku: "MUG", saleId: "drop", unitPriceMinor: 500 },
  ],
  "sale.end": [
    { op: "sale.end", ...bare, sku: "MUG", saleId: "drop" },
    { op: "sale.end", ...full, sku: "MUG", saleId: "drop" },
  ],
  "selling.pause": [
    { op: "selling.pause", ...bare, sku: "MUG", reason: "wrong price" },
    { op: "selling.pause", ...full, sku: "MUG", reason: "wrong price" },
  ],
  "selling.resume": [
    { op: "selling.resume", ...bare, sku: "MUG" },
    { op: "selling.resume", ...full, sku: "MUG" },
  ],
  "queue.join": [
    { op: "queue.join", ...bare, sale: "drop" },
    { op: "queue.join", ...full, sale: "drop", ticket: "token" },
  ],
  "queue.open": [
    { op: "queue.open", ...bare, sale: "drop", terms: queueTerms },
    { op: "queue.open", ...full, sale: "drop", terms: queueTerms },
  ],
  "queue.rate": [
    { op: "queue.rate", ...bare, sale: "drop", admitPerMinute: 600 },
    { op: "queue.rate", ...full, sale: "drop", admitPerMinute: 600 },
  ],
  "queue.end": [
    { op: "queue.end", ...bare, sale: "drop" },
    { op: "queue.end", ...full, sale: "drop" },
  ],
};
