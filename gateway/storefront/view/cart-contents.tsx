/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { totalOf } from "../model/cart-rows.ts";
import type { CartRow } from "../model/cart-rows.ts";
import { formatMoney } from "../model/money.ts";
import { useBuying } from "./buying-context.ts";
import { CartRowView } from "./cart-row.tsx";
import { CheckoutForm, CheckoutNotice } from "./checkout-form.tsx";
import { EarlierOrders } from "./earlier-orders.tsx";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";

/** What is in the cart, and the way to pay for it. */
export function CartContents(): JSX.Element {
  const { cart } = useShop();
  const { changes, checkout } = useBuying();
  const rows = changes.rows.value;
  const state = checkout.state.value.type;
  // Here or in another tab.
  const isUnderWay = state === "placing" || cart.isCheckingOut;
  // What nobody knows the outcome of can be tried again, also where it may have emptied the cart.
  const isPayable = rows.length > 0 || isUnderWay || state === "uncertain";
  return (
    <>
      {rows.length === 0 ? (
        <EmptyCart />
      ) : (
        <>
          <Rows rows={rows} isFixed={isUnderWay} />
          <Totals />
        </>
      )}
      {isPayable ? <CheckoutForm isUnderWay={isUnderWay} /> : <CheckoutNotice />}
      <EarlierOrders />
    </>
  );
}

function Rows(props: { readonly rows: readonly CartRow[]; readonly isFixed: boolean }): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    // What cannot be changed any more cannot keep the focus either.
    if (props.isFixed && list.current?.contains(document.activeElement) === true)
      document.getElementById("cart-title")?.focus({ preventScroll: true });
  }, [props.isFixed]);
  return (
    <ul class="rows" ref={list} inert={props.isFixed}>
      {props.rows.map((row) => (
        <li key={row.id}>
          <CartRowView row={row} />
        </li>
      ))}
    </ul>
  );
}

function EmptyCart(): JSX.Element {
  const { navigation } = useShop();
  return (
    <div class="empty">
      <Icon name="bag" />
      <p>Nothing here yet. What you add is set aside for you for ten minutes.</p>
      <button type="button" class="button" onClick={() => navigation.close()}>
        Look around
      </button>
    </div>
  );
}

function Totals(): JSX.Element | null {
  const { cart } = useShop();
  const rows = useBuying().changes.rows.value;
  const { currency } = cart;
  if (currency === null) return null;
  const isSettled = rows.every((row) => !row.isChanging);
  const taxMinor = cart.view.value?.taxMinor ?? 0;
  return (
    <dl class="totals" aria-busy={!isSettled}>
      <div class="totals-sum">
        <dt>Total</dt>
        <dd>{formatMoney(totalOf(rows), currency)}</dd>
      </div>
      {taxMinor > 0 && (
        <div class="fine">
          <dt>Includes tax of</dt>
          <dd>{isSettled ? formatMoney(taxMinor, currency) : "…"}</dd>
        </div>
      )}
    </dl>
  );
}
