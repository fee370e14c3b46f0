import type { Address } from "../../engine/contract/address.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import type { InventoryEvent, Product, Sale } from "./messages.ts";

const UNCHANGED: readonly RowChange[] = [];

/** Changes to the read model `stock`, one row per SKU. */
export function projectInventory(
  event: InventoryEvent,
  address: Address,
  atMs: number,
): readonly RowChange[] {
  switch (event.type) {
    case "ProductListed":
      return [row(address, { set: termColumns(event.product) })];
    case "SaleSet":
      return [row(address, { set: saleColumns(event.sale) })];
    case "SellingPaused":
      return [row(address, { set: { paused_reason: event.reason, paused_at_ms: atMs } })];
    case "SellingResumed":
      return [row(address, { set: { paused_reason: null, paused_at_ms: null } })];
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
  return {
    title: product.title,
    description: product.description,
    category: product.category,
    currency: product.currency,
    unit_price_minor: product.unitPriceMinor,
    ...saleColumns(product.sale),
  };
}

function saleColumns(sale: Sale | null): NonNullable<RowChange["set"]> {
  return {
    sale_id: sale?.id ?? null,
    sale_title: sale?.title ?? null,
    sale_unit_price_minor: sale?.unitPriceMinor ?? null,
    sale_starts_at_ms: sale?.startsAtMs ?? null,
    sale_ends_at_ms: sale?.endsAtMs ?? null,
    sale_limit_per_customer: sale?.limitPerCustomer ?? null,
    sale_waiting_room: sale?.waitingRoom ?? null,
  };
}
