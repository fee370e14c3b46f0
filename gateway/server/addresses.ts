import { AFFINITY_SEPARATOR, parseActorId, parseKind } from "../../engine/contract/address.ts";
import type { Address, Kind } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Session } from "../auth/session.ts";

/** Kinds of actors that commands and channels lead to. */
export const INVENTORY_KIND: Kind = kind("inventory");
const CART_KIND = kind("cart");
const ORDER_KIND = kind("order");

/** The session's own cart, or for operators the one that is named. Callers refuse a named one from shoppers. */
export function cartAddress(session: Session, named: string | undefined): Address {
  const id = named === undefined ? session.cart : checkedId(named);
  return { tenant: session.tenant, kind: CART_KIND, id };
}

/** The stock of a product. */
export function inventoryAddress(session: Session, sku: string): Address {
  return { tenant: session.tenant, kind: INVENTORY_KIND, id: checkedId(sku) };
}

/** An order. Undefined when it is not one of the shopper's own: whether it exists is not theirs to know. */
export function orderAddress(session: Session, order: string): Address | undefined {
  const isOwn = order.startsWith(session.cart + AFFINITY_SEPARATOR);
  if (session.role === "shopper" && !isOwn) return undefined;
  return { tenant: session.tenant, kind: ORDER_KIND, id: checkedId(order) };
}

function checkedId(text: string) {
  const id = parseActorId(text);
  assert(id !== undefined, "ids of frames are checked before they become addresses");
  return id;
}

function kind(text: string): Kind {
  const parsed = parseKind(text);
  assert(parsed !== undefined, `${text} is a kind`);
  return parsed;
}
