import { signal } from "@preact/signals";
import { expect, test } from "bun:test";
import type { InventoryView, SaleView } from "../../protocol/views.ts";
import { refusalText } from "../model/refusal-text.ts";
import { Cart } from "./cart.ts";
import { CartChanges } from "./cart-changes.ts";
import { cartLine, FakeShop, refusal, settled } from "../testing/fake-shop.ts";
import { announceLostHolds } from "./lost-holds.ts";
import { Notices } from "./notices.ts";

const mug = { sku: "MUG", title: "Mug", category: "Kitchen", unitPriceMinor: 1_900, currency: "GBP" };

async function openCart() {
  const sale = signal<SaleView | null>(null);
  const shop = new FakeShop();
  const notices = new Notices();
  const cart = new Cart(shop.link, notices, refusalText);
  const changes = new CartChanges(shop.link, notices, cart, () => sale.value);
  announceLostHolds(cart, shop.link, notices);
  await settled();
  const row = () => {
    const [first] = changes.rows.value;
    if (first === undefined) throw new Error("the cart is empty");
    return first;
  };
  const question = (index: number) => {
    const asked = shop.asked[index];
    if (asked === undefined) throw new Error(`only ${shop.asked.length} questions were asked`);
    return asked;
  };
  return { shop, notices, cart, changes, sale, row, question };
}

test("a product is in the cart at once, and stays when the shop has set it aside", async () => {
  const { shop, cart, changes, row, question } = await openCart();
  void cart.add(mug);
  expect(row()).toMatchObject({ sku: "MUG", quantity: 1, lines: [], isChanging: true });
  await settled();
  question(0).answer({ ok: true, value: { line: 1 } });
  await settled();
  // The reply has overtaken the cart's channel: nothing may flicker away.
  expect(row()).toMatchObject({ quantity: 1 });
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  await settled();
  expect(changes.rows.value).toHaveLength(1);
  expect(row()).toMatchObject({ quantity: 1, holdExpiresAtMs: 1_600_000, isChanging: false });
});

test("a product that the shop refuses leaves the cart again, with the reason", async () => {
  const { cart, changes, notices, question } = await openCart();
  const added = cart.add(mug);
  await settled();
  question(0).answer(refusal("sold_out", "MUG is sold out."));
  expect(await added).toBe(false);
  expect(changes.rows.value).toEqual([]);
  expect(notices.shown.value.map(({ text }) => text)).toEqual(["Mug: It is sold out."]);
});

test("of many taps on a quantity, one question at a time is asked and the last wish wins", async () => {
  const { shop, changes, row, question } = await openCart();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  changes.setQuantity(row(), 2);
  changes.setQuantity(row(), 3);
  changes.setQuantity(row(), 4);
  expect(row().quantity).toBe(4);
  await settled();
  expect(shop.asked.map(({ values }) => values)).toEqual([{ line: 1, quantity: 4 }]);
  changes.setQuantity(row(), 5);
  shop.showCart({ lines: [cartLine({ quantity: 4 })] });
  question(0).answer({ ok: true, value: {} });
  await settled();
  expect(question(1).values).toEqual({ line: 1, quantity: 5 });
  shop.showCart({ lines: [cartLine({ quantity: 5 })] });
  question(1).answer({ ok: true, value: {} });
  await settled();
  expect(row()).toMatchObject({ quantity: 5, isChanging: false });
  expect(shop.asked).toHaveLength(2);
});

test("a quantity that the shop refuses goes back to what is held, with the reason", async () => {
  const { shop, changes, row, notices, question } = await openCart();
  shop.showCart({ lines: [cartLine({ quantity: 2 })], currency: "GBP" });
  changes.setQuantity(row(), 3);
  await settled();
  const values = { sku: "MUG", quantity: 3, limit: 2, remaining: 2 };
  question(0).answer(refusal("limit_per_customer", "At most 2 of MUG.", { values }));
  await settled();
  expect(row()).toMatchObject({ quantity: 2, isChanging: false });
  expect(notices.shown.value.map(({ text }) => text)).toEqual(["Mug: You can buy at most 2 in this sale."]);
});

test("another unit of a product that has another price now is added at that price, in a row of its own", async () => {
  const { shop, changes, row, question } = await openCart();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  const live: InventoryView = { ...mug, available: 5, sale: null, paused: false };
  changes.addOne(row(), live);
  const times = { startsAtMs: shop.nowMs, endsAtMs: shop.nowMs + 1 };
  const sale = { id: "drop", title: "Drop", unitPriceMinor: 1_500, limitPerCustomer: null, ...times };
  changes.addOne(row(), { ...live, sale });
  await settled();
  expect(question(0)).toMatchObject({ op: "changeQuantity", values: { line: 1, quantity: 2 } });
  expect(question(1)).toMatchObject({ op: "add", values: { sku: "MUG", quantity: 1 } });
  expect(changes.rows.value.map(({ unitPriceMinor, quantity }) => [unitPriceMinor, quantity])).toEqual([
    [1_900, 2],
    [1_500, 1],
  ]);
});

test("another unit of a product of which nothing is known yet is asked for in its row", async () => {
  const { shop, changes, row, question } = await openCart();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  changes.addOne(row(), null);
  await settled();
  expect(question(0)).toMatchObject({ op: "changeQuantity", values: { line: 1, quantity: 2 } });
});

test("fewer units are taken from the newest line, and an empty line is removed", async () => {
  const { shop, changes, row } = await openCart();
  shop.showCart({ lines: [cartLine({ quantity: 2 }), cartLine({ line: 2 })], currency: "GBP" });
  changes.setQuantity(row(), 1);
  await settled();
  expect(shop.asked.map(({ op, values }) => [op, values])).toEqual([
    ["removeLine", { line: 2 }],
    ["changeQuantity", { line: 1, quantity: 1 }],
  ]);
});

test("a row that is removed takes what was still on its way into it along", async () => {
  const { shop, cart, changes, row, question } = await openCart();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  const added = cart.add(mug);
  await settled();
  void changes.remove(row());
  expect(changes.rows.value).toEqual([]);
  await settled();
  question(0).answer({ ok: true, value: { line: 2 } });
  shop.showCart({ lines: [cartLine({ line: 2 })] });
  await settled();
  expect(await added).toBe(false);
  expect(shop.asked.slice(1).map(({ op, values }) => [op, values])).toEqual([
    ["removeLine", { line: 1 }],
    ["removeLine", { line: 2 }],
  ]);
  expect(changes.rows.value).toEqual([]);
});

test("that a row was taken out is said once the shop has taken out all of it", async () => {
  const { shop, changes, row, notices, question } = await openCart();
  shop.showCart({ lines: [cartLine(), cartLine({ line: 2 })], currency: "GBP" });
  void changes.remove(row());
  await settled();
  question(0).answer({ ok: true, value: {} });
  shop.showCart({ lines: [cartLine()] });
  await settled();
  expect(notices.said.value).toBe("");
  shop.showCart({ lines: [] });
  question(1).answer({ ok: true, value: {} });
  await settled();
  expect(notices.said.value).toBe("Mug was taken out of your cart.");
});

test("a row that the shop does not take out comes back, and nobody hears that it was taken out", async () => {
  const { shop, changes, row, notices, question } = await openCart();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  void changes.remove(row());
  await settled();
  question(0).answer(refusal("checkout_in_progress", "A checkout is under way."));
  await settled();
  expect(row().quantity).toBe(1);
  expect(notices.said.value).toBe("");
  expect(notices.shown.value).toHaveLength(1);
});

test("only holds that were not extended before are extended", async () => {
  const { shop, changes, row, question } = await openCart();
  shop.showCart({ lines: [cartLine({ extended: true }), cartLine({ line: 2 })], currency: "GBP" });
  void changes.extend(row());
  await settled();
  expect(shop.asked.map(({ values }) => values)).toEqual([{ line: 2 }]);
  expect(changes.isExtending(row())).toBe(true);
  question(0).answer({ ok: true, value: {} });
  await settled();
  expect(changes.isExtending(row())).toBe(false);
});

test("a hold that ends takes its product out of the cart and says so", async () => {
  const { shop, changes, notices } = await openCart();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  shop.nowMs = 1_600_001;
  shop.showCart({ lines: [] });
  expect(changes.rows.value).toEqual([]);
  expect(notices.shown.value[0]?.text).toContain("Your hold on Mug has ended");
});

test("what was refused because of an order under way is told until that has ended", async () => {
  const { shop, cart, notices, question } = await openCart();
  shop.showCart({ checkingOut: "cart-1~1", orderIds: ["cart-1~1"] });
  void cart.add({ ...mug, sku: "KITE", title: "Kite" });
  await settled();
  question(0).answer(refusal("checkout_in_progress", "A checkout is under way."));
  await settled();
  notices.refuse("Mug: It is sold out.");
  expect(notices.shown.value).toHaveLength(2);
  shop.showCart({ checkingOut: null });
  expect(notices.shown.value.map(({ text }) => text)).toEqual(["Mug: It is sold out."]);
});

test("taps on something else do not take away that a hold has ended, before anybody could read it", async () => {
  const { shop, cart, changes, row, notices } = await openCart();
  shop.showCart({ lines: [cartLine(), cartLine({ line: 2, sku: "LAMP", title: "Lamp" })], currency: "GBP" });
  shop.nowMs = 1_600_001;
  shop.showCart({ lines: [cartLine()] });
  changes.setQuantity(row(), 2);
  void cart.add({ ...mug, sku: "KITE", title: "Kite" });
  expect(notices.shown.value[0]?.text).toContain("Your hold on Lamp has ended");
  void cart.add({ ...mug, sku: "LAMP", title: "Lamp" });
  expect(notices.shown.value).toEqual([]);
});

test("whatever adds units in a sale with a waiting room shows the shopper's ticket, and nothing else does", async () => {
  const { shop, cart, changes, sale, row, question } = await openCart();
  const times = { startsAtMs: 0, endsAtMs: 9_000_000_000 };
  sale.value = {
    id: "drop",
    title: "Drop",
    unitPriceMinor: 1_900,
    limitPerCustomer: null,
    waitingRoom: true,
    ...times,
  };
  cart.tickets = new Map([["drop", "signed"]]);
  void cart.add(mug, sale.value);
  void cart.add({ ...mug, sku: "KITE" }, { ...sale.value, id: "other" });
  await settled();
  expect(question(0).values).toEqual({ sku: "MUG", quantity: 1, ticket: "signed" });
  expect(question(1).values).toEqual({ sku: "KITE", quantity: 1 });
  question(0).answer({ ok: true, value: { line: 1 } });
  question(1).answer(refusal("waiting_room", "Not let in."));
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  await settled();
  changes.setQuantity(row(), 2);
  await settled();
  expect(question(2).values).toEqual({ line: 1, quantity: 2, ticket: "signed" });
  question(2).answer({ ok: true, value: { line: 1 } });
  shop.showCart({ lines: [cartLine({ quantity: 2 })], currency: "GBP" });
  await settled();
  changes.setQuantity(row(), 1);
  await settled();
  // The turn may be over: what is given back needs none.
  expect(question(3).values).toEqual({ line: 1, quantity: 1 });
});

test("a product whose sale is over shows no ticket: its queue may go on for others", async () => {
  const { shop, cart, question } = await openCart();
  const over = { id: "drop", title: "Drop", unitPriceMinor: 1_900, startsAtMs: 0, endsAtMs: shop.nowMs };
  cart.tickets = new Map([["drop", "signed"]]);
  void cart.add(mug, { ...over, limitPerCustomer: null, waitingRoom: true });
  await settled();
  expect(question(0).values).toEqual({ sku: "MUG", quantity: 1 });
});
