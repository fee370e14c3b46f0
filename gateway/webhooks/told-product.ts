import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import type { ShopEvent } from "./shop-event.ts";

/** By how many units an event changes what is on hand. What is held stays on hand: carts come and go. */
export function onHandChange(event: InventoryEvent): number {
  switch (event.type) {
    case "StockReceived":
    case "StockAdjusted":
    case "StockReturned":
      return event.quantity;
    case "HoldSold":
      return -event.quantity;
    case "ProductListed":
    case "SaleSet":
    case "SellingPaused":
    case "SellingResumed":
    case "HoldPlaced":
    case "HoldResized":
    case "HoldExtended":
    case "HoldSecured":
    case "HoldReleased":
    case "HoldExpired":
      return 0;
  }
}

/** What others are told when the units of a product go from one number to another; undefined when it stays in the shop. */
export function toldProduct(sku: string, before: number, onHand: number): ShopEvent | undefined {
  if (before === onHand || (before !== 0 && onHand !== 0)) return undefined;
  const type = onHand === 0 ? "product.sold_out" : "product.back_in_stock";
  return { type, subject: `product/${sku}`, data: { sku, onHand } };
}
