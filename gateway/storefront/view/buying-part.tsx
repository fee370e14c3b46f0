/** @jsxImportSource preact */
import type { ComponentType } from "preact";
import { openBuying } from "../state/buying.ts";
import type { Shop } from "../state/shop.ts";
import { BuyingContext } from "./buying-context.ts";
import { CartContents } from "./cart-contents.tsx";
import { OrderPage } from "./order-page.tsx";

/** What of the page comes with the cart. */
export interface BuyingPart {
  readonly CartContents: ComponentType;
  readonly OrderPage: typeof OrderPage;
}

/** Opens the part of the page in which shoppers change their cart, pay for it, and see their orders. */
export function openBuyingPart(shop: Shop): BuyingPart {
  const buying = openBuying(shop, () => sessionStorage);
  return {
    CartContents: () => (
      <BuyingContext.Provider value={buying}>
        <CartContents />
      </BuyingContext.Provider>
    ),
    OrderPage,
  };
}
