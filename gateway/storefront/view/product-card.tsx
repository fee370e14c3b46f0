/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { ProductArt } from "../art/product-art.tsx";
import { shopLink } from "../model/catalogue-address.ts";
import { AddButton, Price, SaleWindow, StockMeter } from "./product-parts.tsx";
import { useShop } from "./shop-context.ts";
import { useLiveInSight, useProduct } from "./use-product.ts";

/** One product on the shelf. */
export function ProductCard({ entry }: { readonly entry: CatalogueEntryView }): JSX.Element {
  const { catalogue } = useShop();
  const card = useRef<HTMLElement>(null);
  useLiveInSight(card, entry.sku);
  const product = useProduct(entry);
  const { title, category, sku, available } = product.entry;
  const { percentOff } = product.offer;
  return (
    <article class="card" ref={card} data-sku={sku} data-sold-out={available <= 0}>
      <div class="card-art">
        <ProductArt sku={sku} title={title} category={category} />
        {percentOff > 0 && <span class="tag">{percentOff}% off</span>}
      </div>
      <div class="card-text">
        <p class="card-category">{category}</p>
        <h3 class="card-title">
          <a class="card-open" href={shopLink(catalogue.state.value.browse, sku)}>
            {title}
          </a>
        </h3>
        <Price product={product} />
        <SaleWindow product={product} />
        <StockMeter product={product} />
      </div>
      <AddButton product={product} />
    </article>
  );
}
