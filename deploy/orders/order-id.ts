import { parseAddress, type Address } from "../../engine/contract/address.ts";
import { orderNumber } from "../../gateway/storefront/model/order-number.ts";
import { findOrderIds } from "../../persistence/postgres/orders.ts";
import type { ShopDatabase } from "../cli/shop-database.ts";
import { ConfigError, TENANT } from "../config.ts";
import { counted } from "./counted.ts";
import { segmentsBehind } from "./read-models.ts";

const ORDER = /~\d+$/;
const NUMBER = /^([^~]{1,6})-(\d{1,9})$/;

/** What an operator calls an order: its address, or the number that its shopper has. */
export type NamedOrder =
  | { readonly type: "address"; readonly address: Address }
  | { readonly type: "number"; readonly cartEnd: string; readonly number: string };

/**
 * Reads an order's id as `orders list` has it, or its number as its page has it.
 * @throws {ConfigError} when it cannot be either.
 */
export function namedOrder(text: string): NamedOrder {
  const [, cartEnd, number] = NUMBER.exec(text) ?? [];
  if (cartEnd !== undefined && number !== undefined) return { type: "number", cartEnd, number };
  return { type: "address", address: orderAddress(text) };
}

/**
 * The address of an order, by its id as `orders list` has it.
 * @throws {ConfigError} when it cannot be the id of one.
 */
export function orderAddress(orderId: string): Address {
  const address = ORDER.test(orderId) ? parseAddress(`${TENANT}/order/${orderId}`) : undefined;
  if (address !== undefined) return address;
  throw new ConfigError(
    `an order's id is CART~N, such as 0199c2f6-7a01-7000-8000-3f5b2a9c1d20~1, and its number on its page such as 9C1D20-1; it is ${JSON.stringify(orderId)}`,
  );
}

/**
 * The address of an order that was named, with a look at the tables for queries where it was by its number.
 * @throws when no order has the number; {ConfigError} when several have.
 */
export async function addressOf(shop: ShopDatabase, named: NamedOrder): Promise<Address> {
  if (named.type === "address") return named.address;
  // Before the look: what came in between is not taken for missing.
  const behind = await segmentsBehind(shop);
  return orderAddress(onlyOrder(named, await findOrderIds(shop.database, TENANT, named), behind));
}

/** The order that is meant, of those with its number. */
export function onlyOrder(
  { cartEnd, number }: Extract<NamedOrder, { readonly type: "number" }>,
  found: readonly string[],
  segmentsBehindJournal: number,
): string {
  const [orderId, ...others] = found;
  const name = orderNumber(`${cartEnd}~${number}`);
  if (orderId === undefined) {
    const late =
      segmentsBehindJournal === 0
        ? ""
        : ` in the tables for queries, which are ${counted(segmentsBehindJournal, "segment")} behind the journal: try again`;
    throw new Error(`there is no order with the number ${name}${late}`);
  }
  if (others.length === 0) return orderId;
  throw new ConfigError(`several orders have the number ${name}; name one by its id: ${found.join(", ")}`);
}
