/** @jsxImportSource preact */
import type { JSX } from "preact";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { addWords } from "../model/add-words.ts";
import { formatMoney } from "../model/money.ts";
import { shopLink } from "../model/catalogue-address.ts";
import { saleTime } from "../model/offer.ts";
import { stockLevel } from "../model/stock-level.ts";
import { Icon } from "./icons.tsx";
import { useParts } from "./parts.ts";
import { useShop } from "./shop-context.ts";
import type { LiveProduct } from "./use-product.ts";
import { useUnitsInCart } from "./use-product.ts";

/** What a product costs now, with the price before the sale struck through. */
export function Price({ product }: { readonly product: LiveProduct }): JSX.Element {
  const { offer, entry } = product;
  const { basePriceMinor, unitPriceMinor } = offer;
  return (
    <p class="price">
      <span class="unseen">{basePriceMinor === null ? "Price" : "Sale price"} </span>
      <span class={basePriceMinor === null ? "price-now" : "price-now price-cut"}>
        {formatMoney(unitPriceMinor, entry.currency)}
      </span>
      {basePriceMinor !== null && (
        <>
          <span class="unseen">, before </span>
          <s class="price-before">{formatMoney(basePriceMinor, entry.currency)}</s>
        </>
      )}
    </p>
  );
}

/**
 * The sale that a product will be in, with its price and start. Where no countdown can run, also until when one is on; nothing when there
 * is none.
 */
export function SaleWindow({ product }: { readonly product: LiveProduct }): JSX.Element | null {
  const { phase, entry } = product;
  const { sale } = entry;
  if (sale === null || phase === "over") return null;
  const isComing = phase === "coming";
  const timeMs = isComing ? sale.startsAtMs : sale.endsAtMs;
  return (
    <p class={isComing ? "price-coming" : "price-coming still"}>
      {sale.title}
      {isComing ? `: ${formatMoney(sale.unitPriceMinor, entry.currency)} from ` : " until "}
      <time dateTime={new Date(timeMs).toJSON()}>{saleTime(timeMs)}</time>
    </p>
  );
}

/** How much is left, in words and as a meter. */
export function StockMeter({ product }: { readonly product: LiveProduct }): JSX.Element {
  const { text, share, tone } = stockLevel(product.entry);
  return (
    <p class={`stock stock-${tone}`}>
      <span class="stock-text">{text}</span>
      <svg class="stock-bar" aria-hidden="true">
        <rect width={`${share * 100}%`} height="100%" />
      </svg>
    </p>
  );
}

/** The way to buy a product: into the cart, or where its sale has a waiting room and it is not the shopper's turn to the product, at which one waits. */
export function AddButton(props: { readonly product: LiveProduct; readonly isLarge?: boolean }): JSX.Element {
  const { product, isLarge } = props;
  const { catalogue } = useShop();
  const { sku, title } = product.entry;
  const room = useParts().waitingRoom.state.value;
  const isTurn = room.type === "here" && room.content.isTurn(product.entry.sale?.id ?? "");
  if (isTurn || !hasWaitingRoom(product)) return <AddToCart product={product} isLarge={isLarge} />;
  const off = offText(product.entry);
  return (
    <a
      class={`button ${off === undefined ? "button-main" : ""} ${isLarge === true ? "button-large" : ""}`}
      href={shopLink(catalogue.state.value.browse, sku)}
      aria-label={off === undefined ? `Waiting room: ${title}` : `${title} is ${off.toLowerCase()}`}
    >
      {off ?? "Waiting room"}
    </a>
  );
}

/** Whether only those may buy a product now who were let in. */
export function hasWaitingRoom({ entry, phase }: LiveProduct): boolean {
  return entry.sale?.waitingRoom === true && phase !== "over";
}

/** Puts one unit into the cart, which sets it aside at once. */
export function AddToCart(props: {
  readonly product: LiveProduct;
  readonly isLarge?: boolean | undefined;
}): JSX.Element {
  const { entry, offer } = props.product;
  const { cart } = useShop();
  const units = useUnitsInCart(entry.sku).value;
  const coming = cart.coming.value.filter(({ sku }) => sku === entry.sku).length;
  const off = offText(entry);
  const { sku, title, category, currency } = entry;
  const { icon, text, label } = addWords(title, { units, coming, off });
  const add = (): void => {
    void cart.add({ sku, title, category, currency, unitPriceMinor: offer.unitPriceMinor }, entry.sale);
  };
  return (
    <button
      type="button"
      class={`button button-main scripted ${props.isLarge === true ? "button-large" : ""}`}
      // Not `disabled`: the focus shall not be lost when the last unit goes.
      aria-disabled={off !== undefined}
      aria-busy={coming > 0}
      aria-label={label}
      onClick={off === undefined ? add : undefined}
    >
      {icon !== undefined && <Icon name={icon} />} {text}
    </button>
  );
}

/** Why nobody can buy a product; undefined where somebody can. */
export function offText({ available, paused }: CatalogueEntryView): string | undefined {
  if (paused) return "Paused";
  return available <= 0 ? "Sold out" : undefined;
}
