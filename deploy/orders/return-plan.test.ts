import { expect, test } from "bun:test";
import { orderDecider } from "../../actors/order/order.ts";
import { stock } from "../../actors/testing/products.ts";
import { TestBank } from "../../actors/testing/test-bank.ts";
import { TestShop } from "../../actors/testing/test-shop.ts";
import { parseAddress } from "../../engine/contract/address.ts";
import { isReturning } from "./return-plan.ts";

test("an order of which nothing is left is not returned as long as its money is not back", () => {
  const shop = new TestShop();
  const bank = new TestBank(shop);
  stock(shop, "MUG", 5);
  shop.ask("cart", "c1", { type: "AddLine", customer: "ann", sku: "MUG", quantity: 3 });
  shop.send("cart", "c1", { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" });
  bank.settleAll();
  const address = parseAddress("shop/order/c1~1");
  if (address === undefined) throw new Error("this is an address");
  const returning = (): boolean => {
    const state = orderDecider.fromSnapshot(shop.snapshot("order", "c1~1"), address);
    return isReturning({ state });
  };
  expect(returning()).toBe(false);
  shop.send("order", "c1~1", { type: "ReturnLines", lines: [{ line: 1, quantity: 3 }], reason: "broken" });
  shop.deliverAll();
  expect(returning()).toBe(true);
  bank.settleAll();
  expect(returning()).toBe(false);
});
