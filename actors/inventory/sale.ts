import type { Decision } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { done } from "../../engine/contract/outcome.ts";
import { refuse } from "../decision.ts";
import type { InventoryEvent, Product, Sale, SaleCommand } from "./messages.ts";
import type { Shelf } from "./shelf.ts";
import { unknownSku } from "./shelf.ts";
import { reasonFault, saleFault, sameSale, unitPriceFault, withRoomKept } from "./terms.ts";

type InventoryDecision = Decision<InventoryEvent>;

/** Decides what the operators of a sale say to the product. What is so already changes nothing. */
export function decideSale(shelf: Shelf, command: SaleCommand): InventoryDecision {
  const { product } = shelf.state;
  if (product === null) return refuse(unknownSku(shelf.state.sku));
  switch (command.type) {
    case "SetSale":
      return setSale(shelf, product, command.sale);
    case "ChangeSalePrice":
      return changeSalePrice(shelf, product, command.saleId, command.unitPriceMinor);
    case "EndSale":
      return endSale(shelf, product, command.saleId);
    case "PauseSelling":
      return pauseSelling(shelf, command.reason);
    case "ResumeSelling":
      return answered(shelf, shelf.state.pause === null ? [] : [{ type: "SellingResumed" }]);
  }
}

function setSale(shelf: Shelf, { sale: before }: Product, sale: Sale): InventoryDecision {
  const fault = saleFault(sale);
  if (fault !== undefined) return refuse(fault);
  if (before !== null && before.id !== sale.id && before.endsAtMs > shelf.nowMs)
    return refuse({
      code: "other_sale",
      detail: `${shelf.state.sku} is in the sale ${before.id}, which is not over.`,
      field: "sale.id",
      values: { sku: shelf.state.sku, sale: before.id },
    });
  return withSale(shelf, before, withRoomKept(before, sale));
}

function changeSalePrice(
  shelf: Shelf,
  { sale }: Product,
  saleId: string,
  unitPriceMinor: number,
): InventoryDecision {
  const fault = unitPriceFault(unitPriceMinor, "unitPriceMinor");
  if (fault !== undefined) return refuse(fault);
  if (sale?.id !== saleId) return refuse(saleNotFound(shelf, saleId));
  return withSale(shelf, sale, { ...sale, unitPriceMinor });
}

function endSale(shelf: Shelf, { sale }: Product, saleId: string): InventoryDecision {
  const { nowMs } = shelf;
  // Called off already, as far as anybody can tell.
  if (sale === null) return answered(shelf, []);
  if (sale.id !== saleId) return refuse(saleNotFound(shelf, saleId));
  if (sale.endsAtMs <= nowMs) return answered(shelf, []);
  // One that has begun stays with the product, over: what was sold in it is still to be looked up.
  return withSale(shelf, sale, sale.startsAtMs < nowMs ? { ...sale, endsAtMs: nowMs } : null);
}

function pauseSelling(shelf: Shelf, reason: string): InventoryDecision {
  const fault = reasonFault(reason);
  if (fault !== undefined) return refuse(fault);
  return answered(shelf, shelf.state.pause === null ? [{ type: "SellingPaused", reason }] : []);
}

function withSale(shelf: Shelf, before: Sale | null, sale: Sale | null): InventoryDecision {
  return answered(shelf, sameSale(before, sale) ? [] : [{ type: "SaleSet", sale }]);
}

function answered({ state }: Shelf, events: readonly InventoryEvent[]): InventoryDecision {
  return { events, outcome: done({ sku: state.sku }) };
}

function saleNotFound({ state }: Shelf, saleId: string): Refusal {
  const { sku } = state;
  const detail = `${sku} is not in the sale ${saleId}.`;
  return { code: "sale_not_found", detail, field: "saleId", values: { sku, sale: saleId } };
}
