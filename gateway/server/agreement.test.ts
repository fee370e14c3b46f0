import { describe, expect, test } from "bun:test";
import type { CartView } from "../../actors/cart/messages.ts";
import type { InventoryView } from "../../actors/inventory/messages.ts";
import { limits } from "../../actors/limits.ts";
import type { OrderView } from "../../actors/order/messages.ts";
import type { CatalogueEntry, CataloguePage } from "../../engine/ports/catalogue.ts";
import * as bounds from "../protocol/bounds.ts";
import type * as views from "../protocol/views.ts";

describe("the gateway and the shop's actors", () => {
  test("have the same bounds", () => {
    expect<Record<string, number>>({
      quantityMax: bounds.QUANTITY_MAX,
      unitPriceMinorMax: bounds.PRICE_MINOR_MAX,
      taxBasisPointsMax: bounds.TAX_BASIS_POINTS_MAX,
      linesPerCartMax: bounds.RETURN_LINES_MAX,
      cartIdLengthMax: bounds.CART_LENGTH_MAX,
      paymentTokenLengthMax: bounds.PAYMENT_TOKEN_LENGTH_MAX,
      titleLengthMax: bounds.TITLE_LENGTH_MAX,
      descriptionLengthMax: bounds.DESCRIPTION_LENGTH_MAX,
      categoryLengthMax: bounds.CATEGORY_LENGTH_MAX,
      saleIdLengthMax: bounds.SALE_ID_LENGTH_MAX,
      reasonLengthMax: bounds.REASON_LENGTH_MAX,
    }).toEqual({
      quantityMax: limits.quantityMax,
      unitPriceMinorMax: limits.unitPriceMinorMax,
      taxBasisPointsMax: limits.taxBasisPointsMax,
      linesPerCartMax: limits.linesPerCartMax,
      cartIdLengthMax: limits.cartIdLengthMax,
      paymentTokenLengthMax: limits.paymentTokenLengthMax,
      titleLengthMax: limits.titleLengthMax,
      descriptionLengthMax: limits.descriptionLengthMax,
      categoryLengthMax: limits.categoryLengthMax,
      saleIdLengthMax: limits.saleIdLengthMax,
      reasonLengthMax: limits.reasonLengthMax,
    });
  });

  test("have the same views", () => {
    // The compiler is the test: a view that clients know otherwise than actors send it does not pass it.
    const seen = {
      sku: (view: InventoryView): views.InventoryView => view,
      cart: (view: CartView): views.CartView => view,
      order: (view: OrderView): views.OrderView => view,
      entry: (entry: CatalogueEntry): views.CatalogueEntryView => entry,
      page: (page: CataloguePage): views.CataloguePageView => page,
    };
    expect(Object.keys(seen)).toHaveLength(5);
  });
});
