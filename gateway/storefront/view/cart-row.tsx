/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ProductArt } from "../art/product-art.tsx";
import { tellsUnitPrice } from "../model/cart-rows.ts";
import type { CartRow } from "../model/cart-rows.ts";
import { clockText } from "../model/countdown.ts";
import { formatMoney } from "../model/money.ts";
import { HOLD_WARNING_MS } from "../state/hold-milestones.ts";
import { useBuying } from "./buying-context.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

/** One product in the cart. */
export function CartRowView({ row }: { readonly row: CartRow }): JSX.Element {
  const { cart, stock, catalogue } = useShop();
  const { changes } = useBuying();
  const currency = cart.currency ?? "";
  const live = stock.view(row.sku).value;
  const category =
    live?.category ?? catalogue.overview.value.find(({ sku }) => sku === row.sku)?.category ?? "";
  const isHeld = row.lines.length > 0;
  const isLast = row.quantity <= 1;
  const element = useRef<HTMLDivElement>(null);
  useKeptFocus(element, "cart-title");
  // Another unit has the price of now.
  useEffect(() => stock.watch(row.sku), [stock, row.sku]);
  return (
    <div class="row" ref={element} data-sku={row.sku} aria-busy={row.isChanging}>
      <div class="row-art">
        <ProductArt sku={row.sku} title={row.title} category={category} />
      </div>
      <div class="row-text">
        <p class="row-title">
          {row.title}
          {tellsUnitPrice(row, changes.rows.value) && (
            <span class="fine">
              {row.quantity} × {formatMoney(row.unitPriceMinor, currency)}
            </span>
          )}
        </p>
        <p class="row-price">{formatMoney(row.unitPriceMinor * row.quantity, currency)}</p>
        <HoldTimer row={row} />
        <div class="row-act">
          <div class="stepper" role="group" aria-label={`Quantity of ${row.title}`}>
            <button
              type="button"
              class="icon-button"
              aria-label="One less"
              // Not `disabled`, here and below: the focus shall not be lost.
              aria-disabled={!isHeld || isLast}
              onClick={isHeld && !isLast ? () => changes.setQuantity(row, row.quantity - 1) : undefined}
            >
              <Icon name="minus" />
            </button>
            <output aria-label="Quantity">{row.quantity}</output>
            <button
              type="button"
              class="icon-button"
              aria-label="One more"
              aria-disabled={!isHeld}
              onClick={isHeld ? () => changes.addOne(row, live) : undefined}
            >
              <Icon name="plus" />
            </button>
          </div>
          <button
            type="button"
            class="icon-button row-remove"
            aria-label={`Remove ${row.title}`}
            aria-disabled={!isHeld}
            onClick={isHeld ? () => void changes.remove(row) : undefined}
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
  const { clock } = useShop();
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
      {row.extendable.length > 0 && <ExtendButton row={row} />}
    </p>
  );
}

function ExtendButton({ row }: { readonly row: CartRow }): JSX.Element {
  const { changes } = useBuying();
  const element = useRef<HTMLButtonElement>(null);
  useKeptFocus(element, "cart-title");
  const isExtending = changes.isExtending(row);
  return (
    <button
      type="button"
      class="link-button"
      ref={element}
      aria-label={`Extend the hold on ${row.title}`}
      aria-disabled={isExtending}
      onClick={isExtending ? undefined : () => void changes.extend(row)}
    >
      Extend
    </button>
  );
}
