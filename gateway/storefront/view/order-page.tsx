/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { OrderLineView, OrderView } from "../../protocol/views.ts";
import { ProductArt } from "../art/product-art.tsx";
import { formatMoney } from "../model/money.ts";
import { orderNumber } from "../model/order-number.ts";
import { orderHeadline } from "../model/order-progress.ts";
import { refusalText } from "../model/refusal-text.ts";
import { OrderSteps } from "./order-steps.tsx";
import { useShop } from "./shop-context.ts";
import { useOrder } from "./use-order.ts";
import { PAGE, useTitle } from "./use-title.ts";

/** An order of the shopper: what was bought, and how far it has come. */
export function OrderPage({ orderId }: { readonly orderId: string }): JSX.Element {
  const state = useOrder(orderId).value;
  useTitle(PAGE, `Order ${orderNumber(orderId)}`);
  return (
    <article class="order" aria-labelledby="order-title">
      {state.type === "loading" && <p class="opening">Looking for the order…</p>}
      {state.type === "unknown" && <Unknown detail={state.detail} />}
      {state.type === "known" && <KnownOrder order={state.order} />}
      <a class="button" href="#shop">
        Back to the shop
      </a>
    </article>
  );
}

function Unknown({ detail }: { readonly detail: string }): JSX.Element {
  return (
    <>
      <h1 id="order-title">No order here</h1>
      <p>{detail}</p>
    </>
  );
}

function KnownOrder({ order }: { readonly order: OrderView }): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const { name: shop } = useShop();
  const { currency } = order;
  return (
    <>
      <header class="order-head">
        <p class="order-number">
          Order <b>{orderNumber(order.orderId)}</b> at {shop}
        </p>
        <h1 id="order-title" tabIndex={-1} ref={title}>
          {orderHeadline(order.status)}
        </h1>
        <p class="fine">
          Placed{" "}
          {new Date(order.placedAtMs).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" })}
        </p>
      </header>
      {order.refusal === null ? (
        <OrderSteps status={order.status} />
      ) : (
        <p class="notice notice-bad">{refusalText(order.refusal)}</p>
      )}
      <ul class="order-lines">
        {order.lines.map((line) => (
          <OrderLine key={line.line} line={line} currency={currency} />
        ))}
      </ul>
      <dl class="totals">
        <div class="totals-sum">
          <dt>Total</dt>
          <dd>{formatMoney(order.totalMinor, currency)}</dd>
        </div>
        {order.taxMinor > 0 && (
          <div class="fine">
            <dt>Includes tax of</dt>
            <dd>{formatMoney(order.taxMinor, currency)}</dd>
          </div>
        )}
        {order.refundedMinor > 0 && (
          <div>
            <dt>Refunded</dt>
            <dd>{formatMoney(order.refundedMinor, currency)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function OrderLine({
  line,
  currency,
}: {
  readonly line: OrderLineView;
  readonly currency: string;
}): JSX.Element {
  const { catalogue } = useShop();
  const category = catalogue.overview.value.find(({ sku }) => sku === line.sku)?.category ?? "";
  return (
    <li class="order-line">
      <div class="row-art">
        <ProductArt sku={line.sku} title={line.title} category={category} />
      </div>
      <p class="row-title">
        {line.title}
        <span class="fine">
          {line.quantity} × {formatMoney(line.unitPriceMinor, currency)}
          {line.returnedQuantity > 0 && `, ${line.returnedQuantity} returned`}
        </span>
      </p>
      <p class="row-price">{formatMoney(line.amountMinor, currency)}</p>
    </li>
  );
}
