import { beforeEach, expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { sale, stock } from "../testing/products.ts";
import { TestShop } from "../testing/test-shop.ts";
import type { Turn } from "./messages.ts";

const DROP = "drop";
const turn: Turn = { sale: DROP, number: 7 };
let shop: TestShop;

beforeEach(() => {
  shop = new TestShop();
  const terms = sale(shop.nowMs + 60_000, { id: DROP, waitingRoom: true });
  stock(shop, "MUG", 5, { sale: terms });
});

function add(given?: Turn) {
  const wish = { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1 } as const;
  return shop.ask("cart", "c1", given === undefined ? wish : { ...wish, turn: given });
}

const notLetIn = { type: "refused", refusal: { code: "waiting_room", values: { sku: "MUG", sale: DROP } } };

test("from the moment that a sale with a waiting room is set, nothing is sold past it", () => {
  expect(add()).toMatchObject(notLetIn);
  shop.nowMs += 60_000;
  expect(add()).toMatchObject(notLetIn);
  expect(add({ ...turn, sale: "other" })).toMatchObject(notLetIn);
  expect(add(turn)).toMatchObject({ type: "done" });
  expect(shop.log("inventory", "MUG").at(-1)?.event).toMatchObject({ type: "HoldPlaced", turn });
});

test("after the sale everybody buys, and no hold tells of a number", () => {
  shop.nowMs += 60_000 + 3_600_000;
  expect(add(turn)).toMatchObject({ type: "done" });
  expect(shop.log("inventory", "MUG").at(-1)?.event).not.toHaveProperty("turn");
});

test("what is held needs no turn, and more of it does", () => {
  add(turn);
  const line = 1;
  const change = (quantity: number, given?: Turn) =>
    shop.ask("cart", "c1", {
      type: "ChangeQuantity",
      line,
      quantity,
      ...(given === undefined ? {} : { turn: given }),
    });
  expect(change(2)).toMatchObject(notLetIn);
  expect(change(2, turn)).toMatchObject({ type: "done" });
  expect(shop.log("inventory", "MUG").at(-1)?.event).toMatchObject({ type: "HoldResized", turn });
  expect(change(1)).toMatchObject({ type: "done" });
  expect(shop.ask("cart", "c1", { type: "ExtendLine", line })).toMatchObject({ type: "done" });
  shop.send("cart", "c1", { type: "CheckOut", customer: "ann", paymentToken: "tok" });
  shop.deliverAll();
  expect(shop.calls.map(({ port }) => port)).toEqual(["payment"]);
});

test("a hold that has ended is not placed again for whoever pays too late", () => {
  add(turn);
  shop.nowMs += limits.holdTtlMs;
  shop.send("cart", "c1", { type: "CheckOut", customer: "ann", paymentToken: "tok" });
  shop.deliverAll();
  expect(shop.calls).toEqual([]);
});

test("terms that say nothing of the waiting room leave it, and only who says so takes it away", () => {
  const silent = sale(shop.nowMs, { id: DROP, unitPriceMinor: 550 });
  shop.ask("inventory", "MUG", { type: "SetSale", sale: silent });
  expect(add()).toMatchObject(notLetIn);
  shop.ask("inventory", "MUG", { type: "ListProduct", product: { ...PRODUCT, sale: silent } });
  expect(add()).toMatchObject(notLetIn);
  shop.ask("inventory", "MUG", { type: "SetSale", sale: { ...silent, waitingRoom: false } });
  expect(add()).toMatchObject({ type: "done" });
});

test("a sale with a waiting room has an id that a queue can have", () => {
  const terms = sale(shop.nowMs, { id: "näher dran", waitingRoom: true });
  expect(
    shop.ask("inventory", "CUP", { type: "ListProduct", product: { ...PRODUCT, sale: terms } }),
  ).toMatchObject({
    type: "refused",
    refusal: { code: "invalid_product", field: "sale.id" },
  });
});

const PRODUCT = {
  title: "Cup",
  description: "",
  category: "",
  unitPriceMinor: 1_000,
  currency: "GBP",
  taxBasisPoints: 0,
};
