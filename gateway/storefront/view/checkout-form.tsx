/** @jsxImportSource preact */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { totalOf } from "../model/cart-rows.ts";
import { formatMoney } from "../model/money.ts";
import { TEST_CARDS } from "../model/test-cards.ts";
import type { CheckoutState } from "../state/checkout.ts";
import { useBuying } from "./buying-context.ts";
import { Icon } from "./icons.tsx";
import { OrderSteps } from "./order-steps.tsx";
import { useShop } from "./shop-context.ts";
import { useOrder } from "./use-order.ts";

const PLACING = "Placing your order…";

/** Chooses a test card and places the order, or shows how far the one has come that is under way, here or in another tab. */
export function CheckoutForm({ isUnderWay }: { readonly isUnderWay: boolean }): JSX.Element {
  const { cart } = useShop();
  const { changes, checkout } = useBuying();
  const token = useSignal(TEST_CARDS[0].token);
  const state = checkout.state.value;
  const isBusy = changes.rows.value.some((row) => row.isChanging);
  // An open attempt can be repeated only as it was, and also while its order is under way.
  const isPlacing = isUnderWay && state.type !== "uncertain";
  const isFixed = isPlacing || state.type === "uncertain";
  return (
    <form
      class="checkout"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && !isPlacing) void checkout.place(token.value);
      }}
    >
      <fieldset class="cards" disabled={isFixed}>
        <legend>Pay with a test card</legend>
        {TEST_CARDS.map((card) => (
          <label key={card.token} class="pay-card">
            <input
              type="radio"
              name="card"
              value={card.token}
              checked={token.value === card.token}
              onChange={() => {
                token.value = card.token;
                checkout.settle();
              }}
            />
            <span class="pay-card-name">
              {card.name} <span class="pay-card-number">•• {card.number}</span>
            </span>
            <span class="pay-card-effect">{card.effect}</span>
          </label>
        ))}
      </fieldset>
      <CheckoutNotice />
      <p class="unseen" role="status">
        {isPlacing && PLACING}
      </p>
      {isPlacing && <Progress />}
      <button
        type="submit"
        class="button button-main button-large checkout-button"
        aria-disabled={isPlacing || isBusy}
      >
        <Icon name="card" />
        {isPlacing ? PLACING : buttonText(state, priceText(totalOf(changes.rows.value), cart.currency))}
      </button>
    </form>
  );
}

/** Why the last payment was refused, or that nobody knows what has become of it. */
export function CheckoutNotice(): JSX.Element {
  const state = useBuying().checkout.state.value;
  return (
    <div role="alert">
      {(state.type === "refused" || state.type === "uncertain") && (
        <p class="notice notice-bad">{noticeText(state)}</p>
      )}
    </div>
  );
}

/** How far the order has come that is being placed. */
function Progress(): JSX.Element | null {
  const orderId = useShop().cart.view.value?.checkingOut ?? null;
  return orderId === null ? null : <PlacingOrder key={orderId} orderId={orderId} />;
}

function PlacingOrder({ orderId }: { readonly orderId: string }): JSX.Element | null {
  const state = useOrder(orderId).value;
  return state.type === "known" ? <OrderSteps status={state.order.status} /> : null;
}

function noticeText(state: Extract<CheckoutState, { readonly detail: string }>): string {
  if (state.type === "refused") return state.detail;
  return `${state.detail} Try again: you will not be charged twice.`;
}

function priceText(totalMinor: number, currency: string | null): string {
  return currency === null ? "" : ` ${formatMoney(totalMinor, currency)}`;
}

function buttonText({ type }: CheckoutState, price: string): string {
  return type === "uncertain" ? "Try again" : `Place order${price}`;
}
