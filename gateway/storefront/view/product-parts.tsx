import type { JSX } from "preact";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { formatMoney } from "../model/money.ts";
import { comingOffer } from "../model/offer.ts";
import { stockLevel } from "../model/stock-level.ts";
import { Icon } from "./icons.tsx";
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

/** The sale that a product will be in, with its price and start; nothing when none is coming. */
export function ComingSale({ product }: { readonly product: LiveProduct }): JSX.Element | null {
  const { phase, entry } = product;
  if (phase !== "coming" || entry.sale === null) return null;
  return (
    <p class="price-coming">
      {entry.sale.title}: {comingOffer(entry.sale, entry.currency)}
    </p>
  );
}

/** How much is left, in words and as a meter. */
export function StockMeter({ product }: { readonly product: LiveProduct }): JSX.Element {
  const { text, share, tone } = stockLevel(product.entry);
  return (
    <p class={`stock stock-${tone}`}>
      <span class="stock-text">{text}</span>
      <span class="stock-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </p>
  );
}

/** Puts one unit into the cart, which sets it aside at once. */
export function AddButton(props: { readonly product: LiveProduct; readonly isLarge?: boolean }): JSX.Element {
  const { entry, offer } = props.product;
  const { cart } = useShop();
  const units = useUnitsInCart(entry.sku).value;
  const isComing = cart.coming.value.some(({ sku }) => sku === entry.sku);
  const off = offText(entry);
  const { sku, title, category, currency } = entry;
  const add = (): void => {
    void cart.add({ sku, title, category, currency, unitPriceMinor: offer.unitPriceMinor });
  };
  return (
    <button
      type="button"
      class={props.isLarge === true ? "button button-main button-large" : "button button-main"}
      // Not `disabled`: the focus shall not be lost when the last unit goes.
      aria-disabled={off !== undefined}
      aria-busy={isComing}
      aria-label={buttonLabel(entry, off, units)}
      onClick={off === undefined ? add : undefined}
    >
      {off !== undefined && units === 0 ? off : <ButtonText units={units} />}
    </button>
  );
}

/** Why the button is off; undefined when it is not. */
function offText({ available, paused }: CatalogueEntryView): string | undefined {
  if (paused) return "Paused";
  return available <= 0 ? "Sold out" : undefined;
}

function ButtonText({ units }: { readonly units: number }): JSX.Element {
  if (units === 0) {
    return (
      <>
        <Icon name="plus" /> Add to cart
      </>
    );
  }
  return (
    <>
      <Icon name="check" /> {units} in cart
    </>
  );
}

// The words on the button come in one piece, so that those who speak to their browser can call it by them.
function buttonLabel({ title }: CatalogueEntryView, off: string | undefined, units: number): string {
  if (off !== undefined) {
    const label = `${title} is ${off.toLowerCase()}`;
    return units === 0 ? label : `${label}, ${units} in cart`;
  }
  return units === 0 ? `Add to cart: ${title}` : `Add another ${title} to cart, ${units} in cart`;
}
