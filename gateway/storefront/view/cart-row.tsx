import type { JSX } from "preact";
import { ProductArt } from "../art/product-art.tsx";
import type { CartRow } from "../model/cart-rows.ts";
import { clockText } from "../model/countdown.ts";
import { formatMoney } from "../model/money.ts";
import { HOLD_WARNING_MS } from "../state/hold-milestones.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";

/** One product in the cart. */
export function CartRowView(props: { readonly row: CartRow; readonly onRemove: () => void }): JSX.Element {
  const { row, onRemove } = props;
  const { cart, stock, catalogue } = useShop();
  const currency = cart.currency ?? "";
  const category =
    stock.view(row.sku).value?.category ??
    catalogue.overview.value.find(({ sku }) => sku === row.sku)?.category ??
    "";
  const isHeld = row.lines.length > 0;
  const remove = (): void => {
    cart.remove(row);
    onRemove();
  };
  return (
    <div class="row" data-sku={row.sku} aria-busy={row.isChanging}>
      <div class="row-art">
        <ProductArt sku={row.sku} title={row.title} category={category} />
      </div>
      <div class="row-text">
        <p class="row-title">{row.title}</p>
        <p class="row-price">{formatMoney(row.unitPriceMinor * row.quantity, currency)}</p>
        <HoldTimer row={row} />
        <div class="row-act">
          <div class="stepper" role="group" aria-label={`Quantity of ${row.title}`}>
            <button
              type="button"
              class="icon-button"
              aria-label="One less"
              disabled={!isHeld || row.quantity <= 1}
              onClick={() => cart.setQuantity(row, row.quantity - 1)}
            >
              <Icon name="minus" />
            </button>
            <output aria-label="Quantity">{row.quantity}</output>
            <button
              type="button"
              class="icon-button"
              aria-label="One more"
              disabled={!isHeld}
              onClick={() => cart.setQuantity(row, row.quantity + 1)}
            >
              <Icon name="plus" />
            </button>
          </div>
          <button
            type="button"
            class="icon-button row-remove"
            aria-label={`Remove ${row.title}`}
            disabled={!isHeld}
            onClick={remove}
          >
            <Icon name="bin" />
          </button>
        </div>
      </div>
    </div>
  );
}

/** How long the product is still set aside, and the way to prolong that once. */
function HoldTimer({ row }: { readonly row: CartRow }): JSX.Element {
  const { cart, clock } = useShop();
  if (row.holdExpiresAtMs === null) return <p class="hold">Setting it aside…</p>;
  const leftMs = row.holdExpiresAtMs - clock.nowMs.value;
  const isEnding = leftMs < HOLD_WARNING_MS;
  return (
    <p class={isEnding ? "hold hold-ending" : "hold"}>
      <Icon name="clock" />
      <span role="timer" aria-live="off">
        {isEnding ? "Ends in " : "Held for "}
        <b>{clockText(leftMs)}</b>
      </span>
      {row.extendable.length > 0 && (
        <button
          type="button"
          class="link-button"
          aria-label={`Extend the hold on ${row.title}`}
          disabled={cart.isExtending(row)}
          onClick={() => void cart.extend(row)}
        >
          Extend
        </button>
      )}
    </p>
  );
}
