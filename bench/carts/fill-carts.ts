import type { StampedeClient } from "../../gateway/client/client.ts";
import { cartId, COMMANDS_IN_FLIGHT_MAX, type CartsPlan } from "./plan.ts";

/** Follows the filling from outside. */
export interface FillWatch {
  /** Ends it early; the carts that were made stay. */
  readonly signal?: AbortSignal;
  /** Called with the number of carts that were acknowledged so far. */
  readonly progress?: (done: number) => void;
}

/**
 * Puts one unit into each of the plan's carts and abandons them. Each operator has a bounded number of commands on their
 * way. Returns how many carts were acknowledged.
 * @throws when the shop refuses a cart.
 */
export async function fillCarts(
  operators: readonly StampedeClient[],
  skus: readonly string[],
  plan: CartsPlan,
  watch: FillWatch,
): Promise<number> {
  let begun = 0;
  let done = 0;
  const fill = async (operator: StampedeClient): Promise<void> => {
    while (begun < plan.carts && watch.signal?.aborted !== true) {
      begun += 1;
      const number = begun;
      const sku = skus[number % skus.length] as string;
      const customer = `customer-${number}`;
      const result = await operator.add({ cart: cartId(plan, number), customer, sku, quantity: 1 });
      if (!result.ok) {
        const { code, detail } = result.problem;
        throw new Error(`the shop refused cart ${number}: ${code}: ${detail}`);
      }
      done += 1;
      watch.progress?.(done);
    }
  };
  const lines = operators.flatMap((operator) =>
    Array.from({ length: COMMANDS_IN_FLIGHT_MAX }, () => fill(operator)),
  );
  await Promise.all(lines);
  return done;
}
