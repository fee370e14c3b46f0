import type { CatalogueEntryView } from "../../protocol/views.ts";

const SHOWN_MAX = 3;

/** What else there is for whoever came for a product that is gone: in stock, of its category first, bought without a queue. */
export function alternatives(
  products: readonly CatalogueEntryView[],
  gone: Pick<CatalogueEntryView, "sku" | "category">,
): readonly CatalogueEntryView[] {
  const there = products.filter(
    ({ sku, available, paused, sale }) =>
      sku !== gone.sku && available > 0 && !paused && sale?.waitingRoom !== true,
  );
  const isNear = ({ category }: CatalogueEntryView): boolean => category === gone.category;
  return [...there.filter(isNear), ...there.filter((product) => !isNear(product))].slice(0, SHOWN_MAX);
}
