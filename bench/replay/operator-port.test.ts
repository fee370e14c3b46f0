import { expect, test } from "bun:test";
import { OperatorLine } from "./operator-port.ts";
import { PretendShop, refusal } from "./testing/pretend-shop.ts";

function receive(operator: OperatorLine, key: string) {
  return operator.send("stock.receive", { sku: "A1", quantity: 1 }, key);
}

test("no more commands are under way than the line may carry, and none is lost", async () => {
  const shop = new PretendShop();
  const operator = new OperatorLine(shop, 3);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => receive(operator, String(index))),
  );
  expect(results.every((result) => result.ok)).toBe(true);
  expect([shop.inFlightMost, shop.seen.length]).toEqual([3, 20]);
});

test("what may succeed later is sent again with the same key", async () => {
  const shop = new PretendShop();
  shop.refusals.set("once", refusal("too_many_holds", 1));
  expect((await receive(new OperatorLine(shop, 1), "once")).ok).toBe(true);
  expect(shop.seen.map(({ key }) => key)).toEqual(["once", "once"]);
});

test("a final refusal is not sent again", async () => {
  const shop = new PretendShop();
  shop.refusals.set("no", refusal("sold_out"));
  expect((await receive(new OperatorLine(shop, 1), "no")).ok).toBe(false);
  expect(shop.seen).toHaveLength(1);
});
