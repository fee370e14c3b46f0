/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { ProductArt } from "../art/product-art.tsx";
import { shopLink } from "../model/catalogue-address.ts";
import { limitText } from "../model/offer.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { LivenessBanner } from "./liveness.tsx";
import { NoticeList } from "./notice-list.tsx";
import { AddToCart, hasWaitingRoom, Price, SaleWindow, StockMeter } from "./product-parts.tsx";
import { SaleCountdown } from "./sale-countdown.tsx";
import { useShop } from "./shop-context.ts";
import { useProduct } from "./use-product.ts";
import { WaitingRoomPlace } from "./waiting-room-place.tsx";
import { OVER_PAGE, useTitle } from "./use-title.ts";

/** One product, large. */
export function ProductDialog(): JSX.Element {
  const { catalogue, navigation, notices } = useShop();
  const overlay = navigation.overlay.value;
  const sku = overlay.type === "product" ? overlay.sku : "";
  const [asked, setAsked] = useState(catalogue.asked);
  const overview = catalogue.overview.value;
  const entry = [...catalogue.state.value.entries, ...overview, asked].find((known) => known?.sku === sku);
  // Whoever follows a link may want what is on no page that is there.
  const isMissing = entry === undefined && overview.length > 0;
  useEffect(() => {
    if (!isMissing || overlay.type !== "product") return;
    catalogue.product(overlay.sku).then(setAsked, () => {
      if (navigation.overlay.peek() !== overlay) return;
      navigation.close();
      notices.refuse("This product could not be found.");
    });
  }, [isMissing, overlay, catalogue, navigation, notices]);
  return (
    <Dialog
      class="product-dialog"
      titleId="product-title"
      isOpen={entry !== undefined}
      onClose={() => navigation.overlay.peek().type === "product" && navigation.close()}
    >
      {entry !== undefined && <ProductView listed={entry} />}
    </Dialog>
  );
}

function ProductView({ listed }: { readonly listed: CatalogueEntryView }): JSX.Element {
  const { cart, catalogue, stock, navigation } = useShop();
  const product = useProduct(listed);
  const { entry, phase } = product;
  const { sale } = entry;
  const isWaitedFor = hasWaitingRoom(product);
  useTitle(OVER_PAGE, entry.title);
  useEffect(() => stock.watch(listed.sku), [stock, listed.sku]);
  return (
    <>
      <button
        type="button"
        class="icon-button dialog-close scripted"
        aria-label="Close"
        onClick={() => navigation.close()}
      >
        <Icon name="close" />
      </button>
      <div class="product-art">
        <ProductArt sku={entry.sku} title={entry.title} category={entry.category} />
      </div>
      <div class="product-text">
        <p class="card-category">{entry.category}</p>
        <h2 id="product-title" tabIndex={-1}>
          {entry.title}
        </h2>
        <p class="product-description">{entry.description}</p>
        <Price product={product} />
        <StockMeter product={product} />
        {sale !== null && phase === "running" && <SaleCountdown label="Ends in" untilMs={sale.endsAtMs} />}
        <SaleWindow product={product} />
        {sale !== null && phase === "coming" && <SaleCountdown label="Starts in" untilMs={sale.startsAtMs} />}
        <LivenessBanner />
        <NoticeList place="product" />
        {isWaitedFor && <WaitingRoomPlace product={product} />}
        <div class="product-act">
          {!isWaitedFor && <AddToCart product={product} isLarge />}
          {(!isWaitedFor || cart.units() > 0) && (
            <button
              type="button"
              class="button button-large scripted"
              onClick={() => navigation.open({ type: "cart" })}
            >
              Go to cart
            </button>
          )}
          <a class="still" href={shopLink(catalogue.state.value.browse)}>
            All products
          </a>
        </div>
        {sale !== null && phase === "running" && sale.limitPerCustomer !== null && (
          <p class="fine">
            {limitText(sale.limitPerCustomer)} while {sale.title} lasts.
          </p>
        )}
        <p class="fine">
          {isWaitedFor ? "Once it is your turn, adding" : "Adding"} it sets one aside for you for ten minutes.
          SKU {entry.sku}.
        </p>
      </div>
    </>
  );
}
