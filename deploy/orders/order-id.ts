import { parseAddress, type Address } from "../../engine/contract/address.ts";
import { ConfigError, TENANT } from "../config.ts";

const ORDER = /~\d+$/;

/**
 * The address of an order, by its id as `orders list` and shoppers have it.
 * @throws {ConfigError} when it cannot be the id of one.
 */
export function orderAddress(orderId: string): Address {
  const address = ORDER.test(orderId) ? parseAddress(`${TENANT}/order/${orderId}`) : undefined;
  if (address !== undefined) return address;
  throw new ConfigError(
    `an order's id is CART~N, such as 0199c2f6-7a01-7000-8000-3f5b2a9c1d20~1; it is ${JSON.stringify(orderId)}`,
  );
}
