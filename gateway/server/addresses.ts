import { kinds } from "../../actors/mail.ts";
import { AFFINITY_SEPARATOR, parseActorId } from "../../engine/contract/address.ts";
import type { Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Session } from "../auth/session.ts";

/** The session's own cart, or for operators the one that is named. Callers refuse a named one from shoppers. */
export function cartAddress(session: Session, named: string | undefined): Address {
  const id = named === undefined ? session.cart : checkedId(named);
  return { tenant: session.tenant, kind: kinds.cart, id };
}

/** The stock of a product. */
export function inventoryAddress(session: Session, sku: string): Address {
  return { tenant: session.tenant, kind: kinds.inventory, id: checkedId(sku) };
}

/** The queue of a sale. */
export function queueAddress(session: Session, sale: string): Address {
  return { tenant: session.tenant, kind: kinds.queue, id: checkedId(sale) };
}

/** An order. Undefined when it is not one of the shopper's own: whether it exists is not theirs to know. */
export function orderAddress(session: Session, order: string): Address | undefined {
  const isOwn = order.startsWith(session.cart + AFFINITY_SEPARATOR);
  if (session.role === "shopper" && !isOwn) return undefined;
  return { tenant: session.tenant, kind: kinds.order, id: checkedId(order) };
}

function checkedId(text: string) {
  const id = parseActorId(text);
  assert(id !== undefined, "ids of frames are checked before they become addresses");
  return id;
}
