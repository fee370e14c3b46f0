import { expect, test } from "bun:test";
import type { RunningWish } from "./plan-running.ts";
import { changeReport, changeText } from "./change-report.ts";
import { planRunning } from "./plan-running.ts";
import { planStock } from "./plan-stock.ts";
import type { SaleProduct } from "./sale-product.ts";
import { NOW_MS, sampleProduct, sampleSale } from "./testing/sample-product.ts";

const pause = { reason: "fire", sinceMs: NOW_MS - 60_000 };
const inFriday = (sku: string, more: Partial<SaleProduct> = {}) =>
  sampleProduct(sku, { sale: sampleSale(), ...more });
const friday = { type: "sale", sale: "friday", skus: undefined } as const;
const PRODUCTS = [inFriday("A"), inFriday("B", { pause }), sampleProduct("C"), sampleProduct("D", { pause })];

function told(wish: RunningWish, products: readonly SaleProduct[] = PRODUCTS) {
  const { changes, unchanged, refusals } = planRunning(products, wish, NOW_MS);
  return {
    changes: changes.map(({ sku, text }) => `${sku}: ${text}`),
    unchanged,
    refusals: refusals.map(({ kind, detail }) => `${kind}: ${detail}`),
  };
}

test("a pause is of the sale's products, of some by name, or of all, and none twice", () => {
  const paused = (choice: RunningWish["choice"]) => told({ action: "pause", reason: "fire", choice });
  expect(paused(friday)).toEqual({ changes: ["A: on sale -> paused"], unchanged: ["B"], refusals: [] });
  expect(paused({ type: "skus", skus: ["C", "C"] }).changes).toEqual(["C: on sale -> paused"]);
  expect(paused({ type: "all" })).toMatchObject({ unchanged: ["B", "D"] });
});

test("a product whose part of the sale is over is neither paused nor priced with the sale, unless all are", () => {
  const over = inFriday("B", { sale: sampleSale({ endsAtMs: NOW_MS }) });
  const products = [inFriday("A"), over];
  expect(told({ action: "pause", reason: "fire", choice: friday }, products)).toEqual({
    changes: ["A: on sale -> paused"],
    unchanged: [],
    refusals: [],
  });
  expect(told({ action: "price", sale: "friday", price: "8.90", choice: friday }, products)).toEqual({
    changes: ["A: 9.90 EUR -> 8.90 EUR"],
    unchanged: [],
    refusals: [],
  });
  const named = { type: "sale", sale: "friday", skus: ["B"] } as const;
  expect(told({ action: "price", sale: "friday", price: "8.90", choice: named }, products).refusals).toEqual([
    "refused: the sale of B is over since 2026-11-27T18:00Z",
  ]);
  expect(told({ action: "pause", reason: "fire", choice: friday }, [over]).changes).toHaveLength(1);
});

test("what is paused is sold again, and the plan says since when and why it was not", () => {
  expect(told({ action: "resume", choice: { type: "all" } })).toEqual({
    changes: [
      "B: paused since 2026-11-27T17:59Z (fire) -> on sale",
      "D: paused since 2026-11-27T17:59Z (fire) -> on sale",
    ],
    unchanged: ["A", "C"],
    refusals: [],
  });
});

test("a sale that is not there is told", () => {
  const choice = { type: "sale", sale: "monday", skus: undefined } as const;
  expect(told({ action: "resume", choice }).refusals).toEqual([
    "wrong: no product is in the sale monday; sale list shows what there is",
  ]);
  const others = { type: "sale", sale: "friday", skus: ["C", "Z"] } as const;
  expect(told({ action: "end", sale: "friday", choice: others }).refusals).toEqual([
    "wrong: C is not in the sale friday",
    "wrong: Z is not in the sale friday",
  ]);
});

test("a price changes where it is another one", () => {
  const products = [inFriday("A"), inFriday("B", { sale: sampleSale({ unitPriceMinor: 890 }) })];
  expect(told({ action: "price", sale: "friday", price: "8.90", choice: friday }, products)).toEqual({
    changes: ["A: 9.90 EUR -> 8.90 EUR"],
    unchanged: ["B"],
    refusals: [],
  });
});

test("a price is refused above the usual one, in a sale that is over, and over several currencies", () => {
  const priced = (price: string, ...products: readonly SaleProduct[]) =>
    told({ action: "price", sale: "friday", price, choice: friday }, products).refusals;
  expect(priced("12.51", inFriday("A"))).toEqual([
    "refused: A costs 12.50 EUR without a sale, and in it it would cost 12.51 EUR",
  ]);
  expect(priced("9", inFriday("A", { sale: sampleSale({ endsAtMs: NOW_MS }) }))).toEqual([
    "refused: the sale of A is over since 2026-11-27T18:00Z",
  ]);
  expect(priced("9", inFriday("A"), inFriday("B", { currency: "GBP" }))).toEqual([
    "refused: a price has one currency, and the products have EUR, GBP: name those of one with --sku",
  ]);
  expect(priced("9.999", inFriday("A"))).toEqual(["wrong: the price: 9.999 has 3 decimals, but EUR has 2."]);
});

test("an end is over or called off, and one that is over stays as it is", () => {
  const coming = sampleSale({ startsAtMs: NOW_MS + 1 });
  const over = sampleSale({ endsAtMs: NOW_MS });
  const products = [inFriday("A"), inFriday("B", { sale: coming }), inFriday("C", { sale: over })];
  const { changes, unchanged } = told({ action: "end", sale: "friday", choice: friday }, products);
  expect(changes.map((text) => text.split(" -> ")[1])).toEqual(["over", "called off"]);
  expect(unchanged).toEqual(["C"]);
});

test("an end tells which of its products stay paused, and how they are sold again", () => {
  const products = [inFriday("A"), inFriday("B", { pause }), inFriday("C", { pause })];
  const plan = planRunning(products, { action: "end", sale: "friday", choice: friday }, NOW_MS);
  expect(plan.stayPaused).toEqual(["B", "C"]);
  const tried = changeReport(plan, "k", undefined);
  expect(tried.stayPaused).toEqual(["B", "C"]);
  expect(changeText(tried)).toEndWith(
    "2 products stay paused until they are resumed: stampede sale resume --sku B --sku C\n",
  );
  const one = planRunning(
    [inFriday("B", { pause })],
    { action: "end", sale: "friday", choice: friday },
    NOW_MS,
  );
  expect(changeText(changeReport(one, "k", [{ type: "changed" }]))).toEndWith(
    "1 product stays paused until it is resumed: stampede sale resume --sku B\n",
  );
});

test("stock is told from what to what, and no unit is taken that is sold or held", () => {
  const change = { sku: "A", reason: "broken", isRepeated: false };
  const [planned] = planStock(PRODUCTS, { ...change, quantity: -6 }).changes;
  expect(planned?.text).toBe("8 on hand, 6 left -> 2 on hand, 0 left");
  expect(planStock(PRODUCTS, { ...change, quantity: -7 }).refusals).toEqual([
    { kind: "refused", detail: "only 6 of A are neither sold nor held" },
  ]);
  // It may be what has left so few.
  const [repeated] = planStock(PRODUCTS, { ...change, quantity: -7, isRepeated: true }).changes;
  expect(repeated?.text).toBe("-7, if it was not done under this key before");
});
