import { inParallel } from "../../bench/replay/in-parallel.ts";
import type { OperatorLine } from "../../bench/replay/operator-port.ts";
import { QUANTITY_MAX } from "../../gateway/protocol/bounds.ts";
import type { Delivery } from "./catalogue-item.ts";

/** What to do, and as what. */
export interface ApplyOptions {
  readonly items: readonly Delivery[];
  readonly operators: readonly OperatorLine[];
  /** The start of the idempotency keys of deliveries, at most 50 characters: one delivery per SKU and prefix. */
  readonly deliveryKey: string;
  readonly applied: (products: number) => void;
}

const PRODUCTS_AT_ONCE = 128;

/**
 * Lists products and receives their stock, many at a time.
 * @throws when the shop refuses one, naming it. What was done until then stays, and is not done again the next time.
 */
export async function applyCatalogue({
  items,
  operators,
  deliveryKey,
  applied,
}: ApplyOptions): Promise<void> {
  let appliedCount = 0;
  await inParallel(items, PRODUCTS_AT_ONCE, async (item, index) => {
    const operator = operators[index % operators.length];
    if (operator !== undefined) await applyItem(item, operator, deliveryKey);
    appliedCount += 1;
    applied(appliedCount);
  });
}

async function applyItem(
  { sku, terms, stock }: Delivery,
  operator: OperatorLine,
  deliveryKey: string,
): Promise<void> {
  if (terms !== null) {
    // A key of its own each time: terms that were changed since this file came last shall be as in the file again.
    const listed = await operator.send(
      "product.list",
      { sku, product: terms },
      `list-${crypto.randomUUID()}`,
    );
    if (!listed.ok) throw new Error(`the shop refused the product ${sku}: ${listed.problem.detail}`);
  }
  for (let received = 0, part = 0; received < stock; part += 1) {
    const quantity = Math.min(stock - received, QUANTITY_MAX);
    const result = await operator.send("stock.receive", { sku, quantity }, `${deliveryKey}-${part}`);
    if (!result.ok) throw new Error(`the shop refused stock of ${sku}: ${result.problem.detail}`);
    received += quantity;
  }
}
