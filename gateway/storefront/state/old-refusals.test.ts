import { expect, test } from "bun:test";
import { refusalText } from "../model/refusal-text.ts";
import { tabMemory } from "../model/tab-memory.ts";
import { cartLine, FakeShop, refusal, settled } from "../testing/fake-shop.ts";
import { Cart } from "./cart.ts";
import { Checkout } from "./checkout.ts";
import { Notices } from "./notices.ts";
import { forgetOldRefusals } from "./old-refusals.ts";

async function openPage() {
  const shop = new FakeShop();
  const cart = new Cart(shop.link, new Notices(), refusalText);
  const noMemory = tabMemory(() => {
    throw new Error("the browser keeps nothing");
  });
  const checkout = new Checkout(shop.link, noMemory, () => undefined);
  forgetOldRefusals(cart, checkout);
  await settled();
  shop.showCart({ lines: [cartLine()], currency: "GBP" });
  const refusePayment = async (code: string) => {
    void checkout.place("tok_declined");
    await settled();
    shop.asked.at(-1)?.answer(refusal(code, "No."));
    await settled();
    expect(checkout.state.value.type).toBe("refused");
  };
  return { shop, checkout, refusePayment };
}

test("why a payment was refused is of no matter once the cart is empty, by whomever", async () => {
  const { shop, checkout, refusePayment } = await openPage();
  await refusePayment("payment_declined");
  shop.showCart({ lines: [] });
  expect(checkout.state.value.type).toBe("idle");
});

test("why an order has emptied the cart stays to be read", async () => {
  const { shop, checkout, refusePayment } = await openPage();
  shop.showCart({ checkingOut: "cart-1~1", orderIds: ["cart-1~1"] });
  await refusePayment("hold_ending");
  shop.showCart({ lines: [], checkingOut: null });
  expect(checkout.state.value.type).toBe("refused");
});

test("a payment that was refused because of an order under way is not once that has ended", async () => {
  const { shop, checkout, refusePayment } = await openPage();
  shop.showCart({ checkingOut: "cart-1~1" });
  await refusePayment("checkout_in_progress");
  shop.showCart({ checkingOut: null });
  expect(checkout.state.value.type).toBe("idle");
});

test("another order that begins makes the last refusal an old one", async () => {
  const { shop, checkout, refusePayment } = await openPage();
  await refusePayment("payment_declined");
  shop.showCart({ checkingOut: "cart-1~2" });
  expect(checkout.state.value.type).toBe("idle");
});
