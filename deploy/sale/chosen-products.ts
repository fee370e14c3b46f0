import { plainText } from "../cli/field-layout.ts";
import type { SaleProduct } from "./sale-product.ts";
import type { PlanRefusal } from "./sale-plan.ts";

/** Which products are meant: those of a sale, some by their SKU, a category, or all there are. */
export type ProductChoice =
  | { readonly type: "sale"; readonly sale: string; readonly skus: readonly string[] | undefined }
  | { readonly type: "skus"; readonly skus: readonly string[] }
  | { readonly type: "category"; readonly category: string }
  | { readonly type: "all" };

/** The products that are meant, or why none are. */
export type ChosenProducts =
  | { readonly type: "chosen"; readonly products: readonly SaleProduct[] }
  | { readonly type: "none"; readonly refusals: readonly PlanRefusal[] };

/** Finds the products that are meant. What is named and not there is told, all of it. */
export function chooseProducts(products: readonly SaleProduct[], choice: ProductChoice): ChosenProducts {
  switch (choice.type) {
    case "all":
      return chosen(products, "the shop lists no product");
    case "category":
      return chosen(
        products.filter(({ category }) => category === choice.category),
        `no product is in the category ${JSON.stringify(choice.category)}`,
      );
    case "skus":
      return bySku(products, choice.skus, (sku) => `there is no product ${sku}`);
    case "sale": {
      const ofSale = products.filter(({ sale }) => sale?.id === choice.sale);
      const name = plainText(choice.sale);
      if (choice.skus === undefined || ofSale.length === 0)
        return chosen(ofSale, `no product is in the sale ${name}; sale list shows what there is`);
      return bySku(ofSale, choice.skus, (sku) => `${sku} is not in the sale ${name}`);
    }
  }
}

function chosen(products: readonly SaleProduct[], otherwise: string): ChosenProducts {
  return products.length > 0
    ? { type: "chosen", products }
    : { type: "none", refusals: [{ kind: "wrong", detail: otherwise }] };
}

function bySku(
  products: readonly SaleProduct[],
  skus: readonly string[],
  missing: (sku: string) => string,
): ChosenProducts {
  const known = new Map(products.map((product) => [product.sku, product]));
  const wanted = [...new Set(skus)];
  const unknown = wanted.filter((sku) => !known.has(sku));
  if (unknown.length > 0)
    return { type: "none", refusals: unknown.map((sku) => ({ kind: "wrong", detail: missing(sku) })) };
  return { type: "chosen", products: wanted.flatMap((sku) => known.get(sku) ?? []) };
}
