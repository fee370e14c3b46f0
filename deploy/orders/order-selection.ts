import type { OrderSelection } from "../../persistence/postgres/orders.ts";
import type { OrderFilterOptions } from "../cli/orders.ts";
import { ConfigError, TENANT } from "../config.ts";

/**
 * The orders that the options of a command name.
 * @throws {ConfigError} when they end before they begin.
 */
export function orderSelection({ since, until, state, sku, customer }: OrderFilterOptions): OrderSelection {
  if (since !== undefined && until !== undefined && until <= since)
    throw new ConfigError("--until must be later than --since");
  return { tenant: TENANT, sinceMs: since, untilMs: until, states: state, sku, customer };
}
