import { expect, test } from "bun:test";
import { OperatorLine } from "../../bench/replay/operator-port.ts";
import { PretendShop, refusal } from "../../bench/replay/testing/pretend-shop.ts";
import { applyCatalogue } from "./apply-catalogue.ts";
import type { Delivery } from "./catalogue-item.ts";

const TERMS = {
  title: "Tea",
  description: "",
  category: "",
  unitPriceMinor: 500,
  currency: "EUR",
  taxBasisPoints: 0,
  sale: null,
};

function apply(shop: PretendShop, ...items: readonly Delivery[]): Promise<void> {
  const operators = [new OperatorLine(shop, 8)];
  return applyCatalogue({ items, operators, deliveryKey: "import-abc", applied: () => undefined });
}

test("a product is listed before its stock comes in", async () => {
  const shop = new PretendShop();
  await apply(shop, { sku: "A1", terms: TERMS, stock: 7 });
  expect(shop.seen.map(({ op, values }) => ({ op, values }))).toEqual([
    { op: "product.list", values: { sku: "A1", product: TERMS } },
    { op: "stock.receive", values: { sku: "A1", quantity: 7 } },
  ]);
});

test("deliveries of one file have the same keys each time, listings never", async () => {
  const keysOf = async (): Promise<readonly string[]> => {
    const shop = new PretendShop();
    await apply(shop, { sku: "A1", terms: TERMS, stock: 7 });
    return shop.seen.map(({ key }) => key);
  };
  const [first, second] = [await keysOf(), await keysOf()];
  expect([first[1], second[1]]).toEqual(["import-abc-0", "import-abc-0"]);
  expect(first[0]).not.toBe(second[0] ?? "");
});

test("no stock is no delivery, and no terms leave the product alone", async () => {
  const shop = new PretendShop();
  await apply(shop, { sku: "A1", terms: TERMS, stock: 0 }, { sku: "B2", terms: null, stock: 1 });
  expect(shop.seen.map(({ op, values }) => `${op} ${"sku" in values && values.sku}`)).toEqual([
    "product.list A1",
    "stock.receive B2",
  ]);
});

test("more than one command may carry comes in parts", async () => {
  const shop = new PretendShop();
  await apply(shop, { sku: "A1", terms: null, stock: 2_000_001 });
  expect(shop.stock.get("A1")?.onHand).toBe(2_000_001);
  expect(shop.seen.map(({ key }) => key)).toEqual(["import-abc-0", "import-abc-1", "import-abc-2"]);
});

test("a refusal names the product", async () => {
  const shop = new PretendShop();
  shop.refusals.set("import-abc-0", refusal("invalid_quantity"));
  await expect(apply(shop, { sku: "A1", terms: null, stock: 1 })).rejects.toThrow(
    "the shop refused stock of A1: Refused: invalid_quantity.",
  );
});
