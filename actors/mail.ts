import type { ActorId, Address, Kind, Tenant } from "../engine/contract/address.ts";
import type { Message } from "../engine/contract/decider.ts";
import type { CartCommand } from "./cart/messages.ts";
import type { InventoryCommand } from "./inventory/messages.ts";
import type { OrderCommand } from "./order/messages.ts";

/** The kinds of the shop. */
export const kinds = {
  inventory: "inventory" as Kind,
  cart: "cart" as Kind,
  order: "order" as Kind,
  queue: "queue" as Kind,
} as const;

/** A command for the inventory of one SKU of the same tenant. */
export function toInventory(tenant: Tenant, sku: string, command: InventoryCommand): Message {
  return { to: addressOf(tenant, kinds.inventory, sku), command };
}

/** A command for a cart of the same tenant. */
export function toCart(tenant: Tenant, cartId: string, command: CartCommand): Message {
  return { to: addressOf(tenant, kinds.cart, cartId), command };
}

/** A command for an order of the same tenant. */
export function toOrder(tenant: Tenant, orderId: string, command: OrderCommand): Message {
  return { to: addressOf(tenant, kinds.order, orderId), command };
}

/** The hold of a line: `CART#LINE`. */
export function holdIdOf(cartId: string, line: number): string {
  return `${cartId}#${line}`;
}

/** The cart that a hold belongs to. */
export function cartOfHold(holdId: string): string {
  return holdId.slice(0, holdId.lastIndexOf("#"));
}

/** The line that a hold belongs to. */
export function lineOfHold(holdId: string): number {
  return Number(holdId.slice(holdId.lastIndexOf("#") + 1));
}

/** The order that a cart places as its `number`th: `CART~NUMBER`. */
export function orderIdOf(cartId: string, number: number): string {
  return `${cartId}~${number}`;
}

/** The cart that an order was placed from. */
export function cartOfOrder(orderId: string): string {
  return orderId.slice(0, orderId.lastIndexOf("~"));
}

// Ids come from parsed addresses and from commands whose sender checked them, so a cast is enough here.
function addressOf(tenant: Tenant, kind: Kind, id: string): Address {
  return { tenant, kind, id: id as ActorId };
}
