import { assert } from "../../engine/contract/assert.ts";
import type { CartView } from "../cart/messages.ts";
import type { InventoryEvent } from "../inventory/messages.ts";
import { limits } from "../limits.ts";
import { holdIdOf } from "../mail.ts";
import type { OrderView } from "../order/messages.ts";
import type { TestBank } from "./test-bank.ts";
import type { LoggedEvent, TestShop } from "./test-shop.ts";

/** A hold that has not ended, as the events of its SKU tell. */
interface OpenHold {
  quantity: number;
  unitPriceMinor: number;
  expiresAtMs: number;
  /** Whatever its orders do, it ends by then. */
  latestMs: number;
}

/** What the events of a SKU add up to. */
export interface Ledger {
  onHand: number;
  netSold: number;
  paused: boolean;
  readonly holds: Map<string, OpenHold>;
}

/** Adds up the events of one SKU, written apart from `evolve`, and asserts that no hold ends twice, outlives its bound, or begins or grows while selling is paused. */
export function ledgerOf(log: readonly LoggedEvent[]): Ledger {
  const ledger: Ledger = { onHand: 0, netSold: 0, paused: false, holds: new Map() };
  for (const { event } of log) enter(ledger, event as InventoryEvent);
  return ledger;
}

/** Asserts what must hold whenever no message and no call is on its way. */
export function assertQuiet(shop: TestShop, bank: TestBank): void {
  const orders = shop
    .ids("order")
    .map((id) => shop.view("order", id) as OrderView | undefined)
    .filter((view) => view !== undefined);
  const carts = shop.ids("cart").map((id) => shop.view("cart", id) as CartView);
  for (const sku of shop.ids("inventory")) assertStock(shop, sku, carts, orders);
  for (const order of orders) assertPaid(order, bank);
  for (const cart of carts) assert(cart.checkingOut === null, `${cart.cartId} is still checking out`);
}

function enter(ledger: Ledger, event: InventoryEvent): void {
  switch (event.type) {
    case "ProductListed":
    case "SaleSet":
      return;
    case "SellingPaused":
    case "SellingResumed":
      assert(ledger.paused !== (event.type === "SellingPaused"), `${event.type} changes nothing`);
      ledger.paused = !ledger.paused;
      return;
    case "StockReceived":
    case "StockAdjusted":
      ledger.onHand += event.quantity;
      return;
    case "HoldPlaced":
      assert(!ledger.holds.has(event.holdId), `${event.holdId} was placed twice`);
      assert(!ledger.paused, `${event.holdId} was placed while selling is paused`);
      ledger.holds.set(event.holdId, { ...event, latestMs: event.expiresAtMs + limits.lastAttemptMs });
      return;
    case "HoldResized":
      assert(!ledger.paused || event.quantity < event.previousQuantity, `${event.holdId} grew while paused`);
      openHold(ledger, event.holdId).quantity = event.quantity;
      return;
    case "HoldExtended":
      openHold(ledger, event.holdId).latestMs += limits.holdTtlMs;
      return prolong(openHold(ledger, event.holdId), event);
    case "HoldSecured":
      return prolong(openHold(ledger, event.holdId), event);
    case "HoldReleased":
    case "HoldExpired":
      return endHold(ledger, event.holdId, event.quantity);
    case "HoldSold":
      ledger.onHand -= event.quantity;
      ledger.netSold += event.quantity;
      return endHold(ledger, event.holdId, event.quantity);
    case "StockReturned":
      ledger.onHand += event.quantity;
      ledger.netSold -= event.quantity;
      return;
  }
}

function prolong(hold: OpenHold, { holdId, expiresAtMs }: { holdId: string; expiresAtMs: number }): void {
  assert(expiresAtMs >= hold.expiresAtMs, `${holdId} was shortened`);
  assert(expiresAtMs <= hold.latestMs, `${holdId} is kept too long`);
  hold.expiresAtMs = expiresAtMs;
}

function openHold(ledger: Ledger, holdId: string): OpenHold {
  const hold = ledger.holds.get(holdId);
  assert(hold !== undefined, `${holdId} has ended already`);
  return hold;
}

function endHold(ledger: Ledger, holdId: string, quantity: number): void {
  assert(openHold(ledger, holdId).quantity === quantity, `${holdId} ended with another quantity`);
  ledger.holds.delete(holdId);
}

function assertStock(
  shop: TestShop,
  sku: string,
  carts: readonly CartView[],
  orders: readonly OrderView[],
): void {
  const ledger = ledgerOf(shop.log("inventory", sku));
  const held = [...ledger.holds.values()].reduce((sum, hold) => sum + hold.quantity, 0);
  assert(ledger.onHand >= held, `${sku}: ${held} are held of ${ledger.onHand}`);
  const view = shop.view("inventory", sku) as { available: number } | undefined;
  assert((view?.available ?? 0) === ledger.onHand - held, `${sku}: the view disagrees with the events`);
  const kept = orders
    .filter(({ status }) => status === "captured")
    .flatMap(({ lines }) => lines.filter((line) => line.sku === sku))
    .reduce((sum, line) => sum + line.quantity - line.returnedQuantity, 0);
  assert(ledger.netSold === kept, `${sku}: ${ledger.netSold} are sold, but orders have ${kept}`);
  let lineCount = 0;
  for (const { cartId, lines } of carts)
    for (const line of lines.filter((candidate) => candidate.sku === sku)) {
      const hold = openHold(ledger, holdIdOf(cartId, line.line));
      assert(hold.quantity === line.quantity, `${cartId}: the hold has another quantity`);
      assert(hold.unitPriceMinor === line.unitPriceMinor, `${cartId}: the hold has another price`);
      assert(hold.expiresAtMs === line.holdExpiresAtMs, `${cartId}: the hold has another expiry`);
      lineCount += 1;
    }
  assert(lineCount === ledger.holds.size, `${sku}: ${ledger.holds.size} holds for ${lineCount} lines`);
}

function assertPaid(order: OrderView, bank: TestBank): void {
  const { orderId, status, totalMinor, refundedMinor } = order;
  const payment = bank.payments.get(orderId);
  if (status === "refused") {
    const isFree = payment === undefined || payment.status === "none" || payment.status === "released";
    assert(isFree, `${orderId} was refused, but its payment is ${payment?.status}`);
    return;
  }
  assert(status === "captured", `${orderId} is still ${status}`);
  assert(
    bank.balanceMinor(orderId) === totalMinor - refundedMinor,
    `${orderId}: the bank has another balance`,
  );
}
