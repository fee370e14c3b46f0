import { expect, test } from "bun:test";
import type { CreateWish } from "./plan-create.ts";
import { planCreate } from "./plan-create.ts";
import type { SaleProduct } from "./sale-product.ts";
import { NOW_MS, sampleProduct, sampleSale } from "./testing/sample-product.ts";

const { id, title, startsAtMs, endsAtMs, limitPerCustomer } = sampleSale();
const at = (atMs: number) => ({ type: "at", atMs }) as const;
const UNNAMED = {
  title: undefined,
  price: undefined,
  starts: undefined,
  ends: undefined,
  limitPerCustomer: undefined,
  room: undefined,
};

function plan(products: readonly SaleProduct[], wish: Partial<CreateWish> = {}) {
  const choice = { type: "skus", skus: products.map(({ sku }) => sku) } as const;
  const named = { id, title, price: "9.90", starts: at(startsAtMs), ends: at(endsAtMs), limitPerCustomer };
  return planCreate(products, { ...named, choice, room: undefined, ...wish }, NOW_MS);
}

test("products get the sale, and those that have it already are left alone", () => {
  const planned = plan([sampleProduct("A"), sampleProduct("B", { sale: sampleSale() })]);
  expect(planned).toMatchObject({ unchanged: ["B"], refusals: [] });
  expect(planned.changes).toMatchObject([{ sku: "A", from: null, to: sampleSale() }]);
  expect(planned.changes[0]?.text).toBe(
    'no sale -> friday "Friday drop" at 9.90 EUR, 2026-11-27T17:00Z to 2026-11-27T19:00Z, 2 per customer',
  );
});

test("a product that is in the sale on other terms takes the new ones", () => {
  const { changes } = plan([sampleProduct("A", { sale: sampleSale({ unitPriceMinor: 890 }) })]);
  expect(changes).toHaveLength(1);
});

test("a category is all of its products", () => {
  const products = [sampleProduct("A"), sampleProduct("B", { category: "hall" })];
  const planned = plan(products, { choice: { type: "category", category: "kitchen" } });
  expect(planned.changes.map(({ sku }) => sku)).toEqual(["A"]);
});

test.each([
  ["an unknown SKU", "wrong", [], { choice: { type: "skus", skus: ["A", "Z"] } }, "there is no product Z"],
  [
    "an empty category",
    "wrong",
    [],
    { choice: { type: "category", category: "x" } },
    'no product is in the category "x"',
  ],
  [
    "more decimals than the currency has",
    "wrong",
    [],
    { price: "9.901" },
    "--price: 9.901 has 3 decimals, but EUR has 2.",
  ],
  [
    "a decimal comma",
    "wrong",
    [],
    { price: "9,90" },
    '--price must be written with a decimal point, 9.90, and not with a comma; it is "9,90"',
  ],
  [
    "several currencies",
    "refused",
    [sampleProduct("B", { currency: "GBP" })],
    {},
    "a price has one currency, and the products have EUR, GBP: create the sale for each with its own price",
  ],
  [
    "a price above the usual one",
    "refused",
    [],
    { price: "12.51" },
    "A costs 12.50 EUR without a sale, and in it it would cost 12.51 EUR",
  ],
  [
    "another sale",
    "conflict",
    [sampleProduct("B", { sale: sampleSale({ id: "monday" }) })],
    {},
    "B is in the sale monday until 2026-11-27T19:00Z",
  ],
] as const)("%s changes nothing at all", (_what, kind, more, wish, detail) => {
  const planned = plan([sampleProduct("A"), ...more], wish);
  expect(planned).toMatchObject({ changes: [], refusals: [{ kind, detail }] });
});

test("a sale that is over gives way", () => {
  const over = sampleSale({ id: "monday", endsAtMs: NOW_MS });
  expect(plan([sampleProduct("A", { sale: over })]).changes).toHaveLength(1);
});

test("what is not named of a sale that is there stays as it is, for each of its products, and each change is told", () => {
  const products = [
    sampleProduct("A", { sale: sampleSale() }),
    sampleProduct("B", { sale: sampleSale({ unitPriceMinor: 890, limitPerCustomer: null }) }),
    sampleProduct("C", { sale: sampleSale({ endsAtMs: NOW_MS }) }),
    sampleProduct("D"),
  ];
  const prolonged = { ...UNNAMED, ends: { type: "after", ms: 3 * 3_600_000 }, choice: undefined } as const;
  const { changes, refusals } = plan(products, prolonged);
  expect(refusals).toEqual([]);
  const laterMs = NOW_MS + 2 * 3_600_000;
  expect(changes).toMatchObject([
    { sku: "A", to: sampleSale({ endsAtMs: laterMs }), text: "ends 2026-11-27T19:00Z -> 2026-11-27T20:00Z" },
    { sku: "B", to: sampleSale({ unitPriceMinor: 890, limitPerCustomer: null, endsAtMs: laterMs }) },
  ]);
  expect(changes).toHaveLength(2);
  const [first] = plan(products, {
    ...UNNAMED,
    choice: undefined,
    limitPerCustomer: null,
    title: "Last",
  }).changes;
  expect(first?.text).toBe('title "Friday drop" -> "Last", limit 2 -> none');
});

test("a product that joins a sale takes what all of its products have, and the rest is to be named", () => {
  const products = [
    sampleProduct("A", { sale: sampleSale() }),
    sampleProduct("B", { sale: sampleSale({ unitPriceMinor: 890 }) }),
    sampleProduct("C"),
  ];
  const choice = { type: "skus", skus: ["C"] } as const;
  expect(plan(products, { ...UNNAMED, choice, price: "7.00" }).changes).toMatchObject([
    { sku: "C", from: null, to: sampleSale({ unitPriceMinor: 700 }) },
  ]);
  expect(plan(products, { ...UNNAMED, choice }).refusals).toEqual([
    { kind: "wrong", detail: "--price is missing: the products of the sale friday do not agree on it" },
  ]);
});

test("a sale that is new has its products, its price and its times named, all that is missing told at once", () => {
  const details = (wish: Partial<CreateWish>) =>
    plan([sampleProduct("A")], wish).refusals.map(({ kind, detail }) => `${kind}: ${detail}`);
  expect(details({ ...UNNAMED })).toEqual([
    "wrong: --price is missing: there is no sale friday yet",
    "wrong: --starts is missing: there is no sale friday yet",
    "wrong: --ends is missing: there is no sale friday yet",
  ]);
  expect(details({ choice: undefined })).toEqual([
    "wrong: there is no sale friday yet: name its products with --sku or with --category",
  ]);
  expect(details({ ends: at(NOW_MS) })).toEqual(["wrong: --ends must be in the future"]);
  expect(details({ ends: at(startsAtMs) })).toEqual(["wrong: --ends must be after --starts"]);
});
