import type { Tenant } from "../../engine/contract/address.ts";
import type { Context, Decision, Message } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { done } from "../../engine/contract/outcome.ts";
import type { ExtensionAnswered, HoldAnswered } from "../cart/messages.ts";
import { invalidQuantity, nothing, refuse } from "../decision.ts";
import { isQuantity, limits } from "../limits.ts";
import { cartOfHold, toCart, toOrder } from "../mail.ts";
import type {
  ExtendHold,
  InventoryCommand,
  InventoryEvent,
  Listing,
  PlaceHold,
  Product,
  ReleaseHold,
  ReturnStock,
  SecureHold,
  SellHold,
} from "./messages.ts";
import { decideSale } from "./sale.ts";
import type { Grant, Shelf } from "./shelf.ts";
import { grantHold, liveHold, securingOf, shelfAt, unknownSku } from "./shelf.ts";
import type { InventoryState } from "./state.ts";
import { onHand } from "./state.ts";
import { keptSaleFault, productFault, reasonFault, sameProduct, withRoomKept } from "./terms.ts";

type InventoryDecision = Decision<InventoryEvent>;

const HOLD_NOT_FOUND: Refusal = { code: "hold_not_found", detail: "The hold has ended.", field: "line" };
const HOLD_ENDING: Refusal = {
  code: "hold_ending",
  detail:
    "Its hold was kept for a payment once already and ends too soon for another; it is back on the shelf.",
  field: "lines",
};
const ALREADY_EXTENDED: Refusal = {
  code: "already_extended",
  detail: "A hold can be extended only once.",
  field: "line",
};

/** Decides a command of `inventory/SKU`. Holds that are due expire first, in the same decision. */
export function decideInventory(
  state: InventoryState,
  command: InventoryCommand,
  context: Context,
): InventoryDecision {
  const shelf = shelfAt(state, context.nowMs);
  const decision = decideOnShelf(shelf, command, context.address.tenant);
  return shelf.due.length === 0 ? decision : afterExpiries(shelf, decision, context.address.tenant);
}

function decideOnShelf(shelf: Shelf, command: InventoryCommand, tenant: Tenant): InventoryDecision {
  switch (command.type) {
    case "ListProduct":
      return listProduct(shelf, command.product);
    case "ReceiveStock":
      return receiveStock(shelf, command.quantity);
    case "AdjustStock":
      return adjustStock(shelf, command.quantity, command.reason);
    case "SetSale":
    case "ChangeSalePrice":
    case "EndSale":
    case "PauseSelling":
    case "ResumeSelling":
      return decideSale(shelf, command);
    case "PlaceHold":
      return placeHold(shelf, command, tenant);
    case "ExtendHold":
      return extendHold(shelf, command, tenant);
    case "ReleaseHold":
      return releaseHold(shelf, command);
    case "SecureHold":
      return secureHold(shelf, command, tenant);
    case "SellHold":
      return sellHold(shelf, command, tenant);
    case "ReturnStock":
      return returnStock(command, tenant);
    case "WakeUp":
      return nothing;
  }
}

function afterExpiries(shelf: Shelf, decision: InventoryDecision, tenant: Tenant): InventoryDecision {
  const expired = shelf.due.map(({ holdId, quantity }): InventoryEvent => ({
    type: "HoldExpired",
    holdId,
    quantity,
  }));
  const told = shelf.due.map(({ holdId }): Message =>
    toCart(tenant, cartOfHold(holdId), { type: "LineExpired", holdId }),
  );
  return {
    ...decision,
    events: [...expired, ...decision.events],
    messages: [...told, ...(decision.messages ?? [])],
  };
}

function listProduct(shelf: Shelf, listing: Listing): InventoryDecision {
  const { state } = shelf;
  const before = state.product?.sale ?? null;
  const sale = withRoomKept(before, listing.sale === undefined ? before : listing.sale);
  const product: Product = { ...listing, sale };
  const fault = productFault(product);
  if (fault !== undefined) return refuse(fault);
  const listed = state.product;
  const outcome = done({ sku: state.sku });
  if (listed === null) return { events: [{ type: "ProductListed", product }], outcome };
  // A hold's price was frozen in the old currency, so it would change its meaning.
  if (listed.currency !== product.currency && state.holds.size > shelf.due.length)
    return refuse({
      code: "currency_in_use",
      detail: `Shoppers hold ${state.sku} at prices in ${listed.currency}; its currency cannot change now.`,
      field: "currency",
      values: { sku: state.sku, productCurrency: listed.currency },
    });
  const keptFault =
    listing.sale === undefined ? keptSaleFault(state.sku, listed, listing, shelf.nowMs) : undefined;
  if (keptFault !== undefined) return refuse(keptFault);
  return { events: sameProduct(listed, product) ? [] : [{ type: "ProductListed", product }], outcome };
}

function receiveStock(shelf: Shelf, quantity: number): InventoryDecision {
  const { state } = shelf;
  if (state.product === null) return refuse(unknownSku(state.sku));
  if (!isQuantity(quantity)) return refuse(invalidQuantity(quantity, limits.quantityMax));
  return {
    events: [{ type: "StockReceived", quantity }],
    outcome: done({ sku: state.sku, onHand: onHand(state) + quantity }),
  };
}

function adjustStock(shelf: Shelf, quantity: number, reason: string): InventoryDecision {
  const { state } = shelf;
  if (state.product === null) return refuse(unknownSku(state.sku));
  if (!isQuantity(Math.abs(quantity))) return refuse(invalidAdjustment(quantity));
  const fault = reasonFault(reason);
  if (fault !== undefined) return refuse(fault);
  if (shelf.available + quantity < 0)
    return refuse({
      code: "insufficient_stock",
      detail: `Only ${shelf.available} of ${state.sku} ${shelf.available === 1 ? "is" : "are"} neither sold nor held.`,
      field: "quantity",
      values: { sku: state.sku, quantity, available: shelf.available },
    });
  return {
    events: [{ type: "StockAdjusted", quantity, reason }],
    outcome: done({ sku: state.sku, onHand: onHand(state) + quantity }),
  };
}

function invalidAdjustment(quantity: number): Refusal {
  return {
    code: "invalid_quantity",
    detail: `An adjustment must be a whole number other than 0, at most ${limits.quantityMax} up or down, not ${quantity}.`,
    field: "quantity",
    values: { quantity, limit: limits.quantityMax },
  };
}

function placeHold(shelf: Shelf, command: PlaceHold, tenant: Tenant): InventoryDecision {
  const { holdId, ticket, quantity } = command;
  const grant = grantHold(shelf, command, limits.holdTtlMs);
  const answered = (answer: HoldAnswered["answer"]): readonly Message[] => [
    toCart(tenant, cartOfHold(holdId), { type: "HoldAnswered", holdId, ticket, answer }),
  ];
  if (grant.type === "refused") return { events: [], messages: answered(grant) };
  const { product, unitPriceMinor, expiresAtMs } = grant;
  const { title, currency, taxBasisPoints } = product;
  return {
    events: grant.events,
    messages: answered({
      type: "held",
      sku: shelf.state.sku,
      title,
      quantity,
      unitPriceMinor,
      currency,
      taxBasisPoints,
      expiresAtMs,
    }),
  };
}

function extendHold(shelf: Shelf, command: ExtendHold, tenant: Tenant): InventoryDecision {
  const { holdId, ticket } = command;
  const answered = (answer: ExtensionAnswered["answer"]): readonly Message[] => [
    toCart(tenant, cartOfHold(holdId), { type: "ExtensionAnswered", holdId, ticket, answer }),
  ];
  const hold = liveHold(shelf, holdId);
  if (hold === undefined)
    return { events: [], messages: answered({ type: "refused", refusal: HOLD_NOT_FOUND }) };
  if (hold.extended)
    return { events: [], messages: answered({ type: "refused", refusal: ALREADY_EXTENDED }) };
  const expiresAtMs = hold.ownExpiresAtMs + limits.holdTtlMs;
  return {
    events: [{ type: "HoldExtended", holdId, expiresAtMs }],
    messages: answered({ type: "extended", expiresAtMs }),
  };
}

function releaseHold(shelf: Shelf, command: ReleaseHold): InventoryDecision {
  const hold = liveHold(shelf, command.holdId);
  if (hold === undefined) return nothing;
  return { events: [{ type: "HoldReleased", holdId: hold.holdId, quantity: hold.quantity }] };
}

function secureHold(shelf: Shelf, command: SecureHold, tenant: Tenant): InventoryDecision {
  const { holdId, orderId, line } = command;
  const { ownExpiresAtMs, expiresAtMs } = securingOf(shelf, holdId);
  // One that is gone is placed again without a time of its own: its shopper has had it.
  const grant: Grant =
    expiresAtMs - shelf.nowMs < limits.orderSettleMs
      ? { type: "refused", refusal: HOLD_ENDING }
      : grantHold(shelf, command, 0);
  if (grant.type === "refused")
    return {
      events: [],
      messages: [toOrder(tenant, orderId, { type: "LineUnavailable", line, refusal: grant.refusal })],
    };
  return {
    events: [...grant.events, { type: "HoldSecured", holdId, orderId, expiresAtMs, ownExpiresAtMs }],
    messages: [toOrder(tenant, orderId, { type: "LineSecured", line, expiresAtMs })],
  };
}

function sellHold(shelf: Shelf, command: SellHold, tenant: Tenant): InventoryDecision {
  const { holdId, orderId, line } = command;
  const hold = liveHold(shelf, holdId);
  if (hold === undefined)
    return {
      events: [],
      messages: [toOrder(tenant, orderId, { type: "LineUnavailable", line, refusal: holdEnded(holdId) })],
    };
  return {
    events: [{ type: "HoldSold", holdId, orderId, quantity: hold.quantity }],
    messages: [toOrder(tenant, orderId, { type: "LineSold", line })],
  };
}

function returnStock(command: ReturnStock, tenant: Tenant): InventoryDecision {
  const { orderId, customer, line, quantity } = command;
  return {
    events: [{ type: "StockReturned", orderId, customer, quantity }],
    messages: [toOrder(tenant, orderId, { type: "LineRestocked", line, quantity })],
  };
}

function holdEnded(holdId: string): Refusal {
  return { code: "hold_expired", detail: `The hold ${holdId} ended before it was paid for.`, field: "lines" };
}
