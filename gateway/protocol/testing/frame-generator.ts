/** Random numbers from 0 up to 1 that a seed repeats (mulberry32, Tommy Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Fields = Record<string, unknown>;

const VALID: readonly Fields[] = [
  { id: 1, op: "cart.add", key: "k", sku: "MUG-1", quantity: 1 },
  {
    id: 2,
    op: "cart.add",
    key: "k",
    sku: "BANK CHARGES",
    quantity: 1_000_000,
    cart: "c-1",
    unitPriceMinor: 0,
  },
  { id: 3, op: "cart.quantity", key: "k", line: 1, quantity: 2, deadlineMs: 60_000 },
  { id: 4, op: "cart.remove", key: "k", line: 1 },
  { id: 5, op: "cart.extend", key: "k", line: 1, cart: "c" },
  { id: 6, op: "checkout", key: "k", paymentToken: "card", customer: "someone" },
  {
    id: 7,
    op: "order.return",
    key: "k",
    order: "c~1",
    lines: [
      { line: 1, quantity: 1 },
      { line: 2, quantity: 5 },
    ],
    reason: "broken",
  },
  { id: 8, op: "stock.receive", key: "k", sku: "A", quantity: 5 },
  { id: 9, op: "stock.adjust", key: "k", sku: "A", quantity: -5, reason: "lost" },
  {
    id: 10,
    op: "product.list",
    key: "k",
    sku: "A",
    product: {
      title: "Mug",
      description: "",
      category: "",
      unitPriceMinor: 100,
      currency: "GBP",
      taxBasisPoints: 2000,
      sale: { id: "s", title: "S", unitPriceMinor: 1, startsAtMs: 1, endsAtMs: 2, limitPerCustomer: null },
    },
  },
  {
    id: 11,
    op: "sale.set",
    key: "k",
    sku: "A",
    sale: { id: "s", title: "S", unitPriceMinor: 1, startsAtMs: 1, endsAtMs: 2, limitPerCustomer: 2 },
  },
  { id: 12, op: "sale.price", key: "k", sku: "A", saleId: "s", unitPriceMinor: 0 },
  { id: 13, op: "sale.end", key: "k", sku: "A", saleId: "s" },
  { id: 14, op: "selling.pause", key: "k", sku: "A", reason: "wrong price" },
  { id: 15, op: "selling.resume", key: "k", sku: "A" },
  { id: 16, op: "queue.join", key: "k", sale: "s", ticket: "t" },
  {
    id: 17,
    op: "queue.open",
    key: "k",
    sale: "s",
    terms: { opensAtMs: 1, startsAtMs: 1, endsAtMs: 2, admitPerMinute: 0, admissionMs: 10_000 },
  },
  { id: 18, op: "queue.rate", key: "k", sale: "s", admitPerMinute: 600 },
  { id: 19, op: "queue.end", key: "k", sale: "s" },
  { t: "hello" },
  { t: "hello", resume: [{ ch: "sku/A", epoch: 1, offset: 0 }] },
  { t: "subscribe", ch: "sku/A" },
  { t: "unsubscribe", ch: "cart" },
  { t: "resync", ch: "order/c~1" },
  { t: "refresh" },
  { t: "ping" },
];

const ODD_NUMBERS = [0, -0, 1, -1, 1.5, 1e9, 1e12, 2 ** 53, -(2 ** 53), 1e308, 1_000_000, 1_000_001];

const ODD_TEXTS = [
  "",
  " ",
  "1",
  "MUG-1",
  "cart",
  "sku/",
  "sku/A",
  "order/x",
  "cart.add",
  "hello",
  "GBP",
].concat(
  ["x".repeat(64), "x".repeat(65), "x".repeat(120), "x".repeat(121), "x".repeat(5000), "a/b", "a~1", "a#1"],
  ["ключ", "\u0000", "\ud800", "😀", "line\nbreak", "tab\tstop", "__proto__", "constructor", "toString"],
);

const ODD_SHAPES = [null, true, false, [], {}, [1], [[]], { a: 1 }, [{ line: 1, quantity: 1 }], { line: 1 }];

const ODD_VALUES: readonly unknown[] = [ODD_NUMBERS, ODD_TEXTS, ODD_SHAPES].flat();

const ODD_NAMES: readonly string[] = ["__proto__", "constructor", "toString", "", "x"].concat(
  [
    "t",
    "op",
    "id",
    "key",
    "ch",
    "quantity",
    "line",
    "sku",
    "cart",
    "customer",
    "unitPriceMinor",
    "deadlineMs",
  ],
  ["token", "resume", "product", "lines", "reason", "sale", "saleId"],
);

/** A frame that is right, or close to it: some valid frame with up to three changes somewhere in it. */
export function nearlyValidFrame(random: () => number): unknown {
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const frame: unknown = JSON.parse(JSON.stringify(pick(VALID)));
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
    const target = pick(objectsIn(frame));
    if (target === undefined) break;
    const name = random() < 0.75 ? pick(Object.keys(target)) : pick(ODD_NAMES);
    if (name === undefined) continue;
    if (random() < 0.15) delete target[name];
    else setOwn(target, name, JSON.parse(JSON.stringify(pick(ODD_VALUES))));
  }
  return frame;
}

/** Text that is hardly ever a frame: a nearly valid one, cut, doubled or with a character changed. */
export function brokenText(random: () => number): string {
  const text = JSON.stringify(nearlyValidFrame(random));
  const at = Math.floor(random() * text.length);
  if (random() < 0.3) return text.slice(0, at);
  if (random() < 0.3) return text + text;
  return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x250)) + text.slice(at + 1);
}

function objectsIn(value: unknown): Fields[] {
  if (typeof value !== "object" || value === null) return [];
  const nested = Object.values(value).flatMap(objectsIn);
  return [value as Fields, ...nested];
}

/** As JSON.parse does: `__proto__` becomes a field like any other. */
function setOwn(target: Fields, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
