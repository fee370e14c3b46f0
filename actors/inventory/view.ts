import type { InventoryView } from "./messages.ts";
import type { InventoryState } from "./state.ts";
import { available } from "./state.ts";

/** What subscribers of the SKU see; undefined until it is listed. */
export function viewInventory(state: InventoryState): InventoryView | undefined {
  const { product, pause } = state;
  if (product === null) return undefined;
  const { title, category, currency, unitPriceMinor, sale } = product;
  return {
    sku: state.sku,
    title,
    category,
    currency,
    unitPriceMinor,
    available: available(state),
    sale,
    paused: pause !== null,
  };
}
