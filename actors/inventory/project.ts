import type { Address } from "../../engine/contract/address.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import type { InventoryEvent, Product } from "./messages.ts";

const UNCHANGED: readonly RowChange[] = [];

/** Changes to the read model `stock`, one row per SKU. */
export function projectInventory(event: InventoryEvent, address: Address): readonly RowChange[] {
  switch (event.type) {
    case "ProductListed":
      return [row(address, { set: termColumns(event.product) })];
    case "StockReceived":
      return [row(address, { add: { received: event.quantity } })];
    case "StockAdjusted":
      return [row(address, { add: { adjusted: event.quantity } })];
    case "HoldPlaced":
      return [row(address, { add: { held: event.quantity } })];
    case "HoldResized":
      return [row(address, { add: { held: event.quantity - event.previousQuantity } })];
    case "HoldExtended":
    case "HoldSecured":
      return UNCHANGED;
    case "HoldReleased":
    case "HoldExpired":
      return [row(address, { add: { held: -event.quantity } })];
    case "HoldSold":
      return [row(address, { add: { held: -event.quantity, sold: event.quantity } })];
    case "StockReturned":
      return [row(address, { add: { returned: event.quantity } })];
  }
}

function row(address: Address, change: Pick<RowChange, "set" | "add">): RowChange {
  return { model: "stock", tenant: address.tenant, id: address.id, ...change };
}

function termColumns(product: Product): NonNullable<RowChange["set"]> {
  const { sale } = product;
  return {
    title: product.title,
    description: product.description,
    category: product.category,
    currency: product.currency,
    unit_price_minor: product.unitPriceMinor,
    sale_id: sale?.id ?? null,
    sale_title: sale?.title ?? null,
    sale_unit_price_minor: sale?.unitPriceMinor ?? null,
    sale_starts_at_ms: sale?.startsAtMs ?? null,
    sale_ends_at_ms: sale?.endsAtMs ?? null,
    sale_limit_per_customer: sale?.limitPerCustomer ?? null,
  };
}
