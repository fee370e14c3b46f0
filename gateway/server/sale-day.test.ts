import { afterAll, beforeAll, expect, test } from "bun:test";
import type { StampedeClient } from "../client/client.ts";
import type { InventoryView } from "../protocol/views.ts";
import { TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const SKU = "MUG-1";
const SALE = {
  id: "friday",
  title: "Friday drop",
  unitPriceMinor: 990,
  startsAtMs: 1,
  endsAtMs: 8_000_000_000_000,
  limitPerCustomer: 2,
};

let shop: TestGateway;
let operator: StampedeClient;
let shopper: StampedeClient;
let seen: InventoryView | null = null;

beforeAll(async () => {
  shop = await TestGateway.start();
  operator = await shop.stocked(SKU, 10);
  shopper = await shop.client();
  shopper.subscribe(`sku/${SKU}`, (view) => (seen = view));
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

async function code(
  asked: Promise<Awaited<ReturnType<StampedeClient["command"]>>>,
): Promise<string | undefined> {
  const result = await asked;
  return result.ok ? undefined : result.problem.code;
}

test("an operator sets a sale, changes its price and ends it, and whoever watches sees each", async () => {
  expect(await operator.setSale({ sku: SKU, sale: SALE })).toEqual({ ok: true, value: { sku: SKU } });
  await until(() => seen?.sale?.unitPriceMinor === 990, "the sale");
  expect(await code(operator.setSale({ sku: SKU, sale: { ...SALE, id: "other" } }))).toBe("other_sale");
  expect(await code(operator.changeSalePrice({ sku: SKU, saleId: "other", unitPriceMinor: 5 }))).toBe(
    "sale_not_found",
  );
  expect(await operator.changeSalePrice({ sku: SKU, saleId: "friday", unitPriceMinor: 890 })).toMatchObject({
    ok: true,
  });
  await until(() => seen?.sale?.unitPriceMinor === 890, "the new price");
  expect(await operator.endSale({ sku: SKU, saleId: "friday" })).toMatchObject({ ok: true });
  await until(() => (seen?.sale?.endsAtMs ?? Number.POSITIVE_INFINITY) <= Date.now(), "the end");
});

test("a pause is seen at once, keeps what is held, refuses what is new, and is over again", async () => {
  expect(await shopper.add({ sku: SKU, quantity: 1 })).toMatchObject({ ok: true });
  expect(await operator.pauseSelling({ sku: SKU, reason: "wrong price" })).toEqual({
    ok: true,
    value: { sku: SKU },
  });
  await until(() => seen?.paused === true, "the pause");
  const refused = await shopper.add({ sku: SKU, quantity: 1 });
  expect(refused).toMatchObject({
    ok: false,
    problem: {
      code: "selling_paused",
      status: 409,
      title: "Selling paused",
      field: "sku",
      values: { sku: SKU },
    },
  });
  expect(await code(shopper.changeQuantity({ line: 1, quantity: 2 }))).toBe("selling_paused");
  expect(await shopper.checkOut({ paymentToken: "card" })).toMatchObject({ ok: true });
  expect(await operator.resumeSelling({ sku: SKU })).toEqual({ ok: true, value: { sku: SKU } });
  await until(() => seen?.paused === false, "the end of the pause");
  expect(await shopper.add({ sku: SKU, quantity: 1 })).toMatchObject({ ok: true });
});
