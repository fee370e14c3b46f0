/** @jsxImportSource preact */
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { CatalogueEntryView, SaleView } from "../../protocol/views.ts";
import { isNight } from "../art/palette.ts";
import { ProductArt } from "../art/product-art.tsx";
import { featured, limitText } from "../model/offer.ts";
import { AddButton, offText, Price, SaleWindow, StockMeter } from "./product-parts.tsx";
import { SaleCountdown } from "./sale-countdown.tsx";
import { useShop } from "./shop-context.ts";
import { useLiveInSight, useProduct } from "./use-product.ts";

/** The shop's window: the best of what is on sale now. Nothing when nothing is. */
export function DropWindow(): JSX.Element | null {
  const { catalogue, stock, clock } = useShop();
  const entry = useComputed(() => {
    // A page may be open for days: a sale that was listed may have been taken off since.
    const products = catalogue.overview.value.map((listed) => stock.now(listed));
    return featured(products, clock.nowMs.value);
  }).value;
  const sale = entry?.sale ?? null;
  if (entry === undefined || sale === null) return null;
  return <Drop key={entry.sku} entry={entry} listedSale={sale} />;
}

function Drop(props: { readonly entry: CatalogueEntryView; readonly listedSale: SaleView }): JSX.Element {
  const element = useRef<HTMLElement>(null);
  useLiveInSight(element, props.entry.sku);
  const product = useProduct(props.entry);
  const { entry, offer } = product;
  const sale = entry.sale ?? props.listedSale;
  const off = offText(entry);
  return (
    <section class="drop" ref={element} aria-labelledby="drop-title">
      <div class="drop-text">
        <p class="drop-name">
          {off === undefined && <span class="live-dot" aria-hidden="true" />}
          {sale.title} <span class="drop-now">{off?.toLowerCase() ?? "on now"}</span>
        </p>
        <h2 id="drop-title">{entry.title}</h2>
        <p class="drop-description">{entry.description}</p>
        <div class="drop-price">
          <Price product={product} />
          {offer.percentOff > 0 && <span class="tag">{offer.percentOff}% off</span>}
        </div>
        <StockMeter product={product} />
        <div class="drop-act">
          <AddButton product={product} isLarge />
          {sale.limitPerCustomer !== null && <p class="drop-limit">{limitText(sale.limitPerCustomer)}</p>}
        </div>
        <SaleWindow product={product} />
        <SaleCountdown label="Ends in" untilMs={sale.endsAtMs} />
      </div>
      <div class={isNight(entry.title) ? "drop-art drop-night" : "drop-art"}>
        <ProductArt sku={entry.sku} title={entry.title} category={entry.category} />
      </div>
    </section>
  );
}
