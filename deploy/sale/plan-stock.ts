import { chooseProducts } from "./chosen-products.ts";
import type { ProductChange, SalePlan } from "./sale-plan.ts";
import { refusedPlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";

/** Units that come to a product's stock, or leave it. */
export interface StockWish {
  readonly sku: string;
  /** Not 0. */
  readonly quantity: number;
  /** Of a correction; undefined for a delivery. */
  readonly reason: string | undefined;
  /** It may have been done already, under the key that it is sent with: the product itself knows. */
  readonly isRepeated: boolean;
}

/** Plans a delivery or a correction of one product's stock. */
export function planStock(products: readonly SaleProduct[], wish: StockWish): SalePlan {
  const { sku, quantity, isRepeated } = wish;
  const found = chooseProducts(products, { type: "skus", skus: [sku] });
  if (found.type === "none") return refusedPlan("stock", ...found.refusals);
  const short = found.products.find(({ available }) => available + quantity < 0);
  if (short !== undefined && !isRepeated)
    return refusedPlan("stock", {
      kind: "refused",
      detail: `only ${short.available} of ${sku} are neither sold nor held`,
    });
  return {
    action: "stock",
    changes: found.products.map((product) => changeOf(product, wish)),
    unchanged: [],
    refusals: [],
  };
}

function changeOf(
  { onHand, available }: SaleProduct,
  { sku, quantity, reason, isRepeated }: StockWish,
): ProductChange {
  const before = { onHand, available };
  const after = { onHand: onHand + quantity, available: available + quantity };
  const signed = quantity > 0 ? `+${quantity}` : String(quantity);
  return {
    sku,
    from: isRepeated ? null : before,
    to: isRepeated ? null : after,
    text: isRepeated
      ? `${signed}, if it was not done under this key before`
      : `${onHand} on hand, ${available} left -> ${after.onHand} on hand, ${after.available} left`,
    send: (shop, options) =>
      reason === undefined
        ? shop.command("stock.receive", { sku, quantity }, options)
        : shop.command("stock.adjust", { sku, quantity, reason }, options),
  };
}
