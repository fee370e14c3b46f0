import { assert } from "../../engine/contract/assert.ts";
import type { InventoryEvent, Product } from "./messages.ts";
import type { Allowance, Hold, InventoryState } from "./state.ts";
import { available, onHand, runningSale } from "./state.ts";

/** Applies an event to the inventory, in place, and asserts that nothing is oversold. */
export function evolveInventory(state: InventoryState, event: InventoryEvent, atMs: number): InventoryState {
  apply(state, event, atMs);
  assert(onHand(state) >= 0, "more units are sold than were on hand", state.sku);
  assert(state.held >= 0, "fewer than no units are held", state.sku);
  assert(available(state) >= 0, "more units are held than are on hand", state.sku);
  assert(state.returned <= state.sold, "more units came back than were sold", state.sku);
  return state;
}

function apply(state: InventoryState, event: InventoryEvent, atMs: number): void {
  switch (event.type) {
    case "ProductListed":
      return list(state, event.product);
    case "StockReceived":
      state.received += event.quantity;
      return;
    case "StockAdjusted":
      state.adjusted += event.quantity;
      return;
    case "SaleSet": {
      assert(state.product !== null, "a sale was set before the product was listed", state.sku);
      return list(state, { ...state.product, sale: event.sale });
    }
    case "SellingPaused":
      state.pause = { reason: event.reason, sinceMs: atMs };
      return;
    case "SellingResumed":
      state.pause = null;
      return;
    case "HoldPlaced":
      return place(state, event, atMs);
    case "HoldResized": {
      const hold = holdOf(state, event.holdId);
      const extra = event.quantity - hold.quantity;
      hold.quantity = event.quantity;
      state.held += extra;
      return count(state, hold, extra, 0);
    }
    case "HoldExtended": {
      const hold = holdOf(state, event.holdId);
      hold.extended = true;
      hold.ownExpiresAtMs = event.expiresAtMs;
      state.expiries.move(hold, event.expiresAtMs);
      return;
    }
    case "HoldSecured": {
      const hold = holdOf(state, event.holdId);
      const isSecured = hold.expiresAtMs > hold.ownExpiresAtMs;
      const isProlonged = event.expiresAtMs > hold.expiresAtMs;
      assert(!(isSecured && isProlonged), "orders prolonged a hold twice", state.sku, event.holdId);
      hold.ownExpiresAtMs = event.ownExpiresAtMs;
      state.expiries.move(hold, event.expiresAtMs);
      return;
    }
    case "HoldReleased":
    case "HoldExpired": {
      const hold = end(state, event.holdId);
      return count(state, hold, -hold.quantity, 0);
    }
    case "HoldSold": {
      const hold = end(state, event.holdId);
      state.sold += hold.quantity;
      return count(state, hold, -hold.quantity, hold.quantity);
    }
    case "StockReturned":
      state.returned += event.quantity;
      return giveBack(state, event.customer, event.quantity);
  }
}

function list(state: InventoryState, product: Product): void {
  const before = limitOf(state.product);
  const after = limitOf(product);
  // Another limited sale starts from nothing; the same one with another limit goes on counting.
  if (before !== after) {
    state.allowances.clear();
    state.limitRound += 1;
  }
  state.product = product;
}

/** The sale whose limit the product has; undefined without a limit. */
function limitOf(product: Product | null): string | undefined {
  const sale = product?.sale;
  return typeof sale?.limitPerCustomer === "number" ? sale.id : undefined;
}

function place(
  state: InventoryState,
  event: Extract<InventoryEvent, { type: "HoldPlaced" }>,
  atMs: number,
): void {
  const { product } = state;
  assert(product !== null, "a hold was placed before the product was listed", state.sku);
  assert(!state.holds.has(event.holdId), "a hold was placed twice", state.sku, event.holdId);
  const counts = limitOf(product) !== undefined && runningSale(product, atMs) !== undefined;
  const hold: Hold = {
    holdId: event.holdId,
    customer: event.customer,
    quantity: event.quantity,
    unitPriceMinor: event.unitPriceMinor,
    expiresAtMs: event.expiresAtMs,
    extended: false,
    limitRound: counts ? state.limitRound : 0,
    ownExpiresAtMs: event.expiresAtMs,
    heapIndex: -1,
  };
  state.holds.set(hold.holdId, hold);
  state.expiries.add(hold);
  state.held += hold.quantity;
  count(state, hold, hold.quantity, 0);
}

/** Takes a hold out of everything but its customer's allowance. */
function end(state: InventoryState, holdId: string): Hold {
  const hold = holdOf(state, holdId);
  state.holds.delete(holdId);
  state.expiries.remove(hold);
  state.held -= hold.quantity;
  return hold;
}

function holdOf(state: InventoryState, holdId: string): Hold {
  const hold = state.holds.get(holdId);
  assert(hold !== undefined, "a hold has ended already", state.sku, holdId);
  return hold;
}

/** Changes what the hold's customer holds and has bought, if the hold counts in the running limited sale. */
function count(state: InventoryState, hold: Hold, held: number, bought: number): void {
  if (hold.limitRound === 0 || hold.limitRound !== state.limitRound) return;
  const allowance = state.allowances.get(hold.customer) ?? { held: 0, bought: 0 };
  allowance.held += held;
  allowance.bought += bought;
  assert(allowance.held >= 0, "a customer holds fewer than no units", state.sku, hold.customer);
  keep(state, hold.customer, allowance);
}

// An event of a return does not say which sale the units came from, so a return never gives back more than was bought.
function giveBack(state: InventoryState, customer: string, quantity: number): void {
  const allowance = state.allowances.get(customer);
  if (allowance === undefined) return;
  allowance.bought = Math.max(0, allowance.bought - quantity);
  keep(state, customer, allowance);
}

function keep(state: InventoryState, customer: string, allowance: Allowance): void {
  if (allowance.held === 0 && allowance.bought === 0) state.allowances.delete(customer);
  else state.allowances.set(customer, allowance);
}
