/** @jsxImportSource preact */
import type { JSX } from "preact";
import { orderNumber } from "../model/order-number.ts";
import { orderOutcome } from "../model/order-progress.ts";
import { orderLink } from "../state/navigation.ts";
import { useShop } from "./shop-context.ts";
import { useOrder } from "./use-order.ts";

/** The last orders of this cart, and what has become of each. */
export function EarlierOrders(): JSX.Element | null {
  const orderIds = useShop().cart.view.value?.orderIds ?? [];
  if (orderIds.length === 0) return null;
  return (
    <nav class="earlier" aria-label="Your orders">
      <h3>Your orders</h3>
      <ul>
        {orderIds.map((orderId) => (
          <li key={orderId}>
            <a href={orderLink(orderId)}>{orderNumber(orderId)}</a> <Outcome orderId={orderId} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Outcome({ orderId }: { readonly orderId: string }): JSX.Element | null {
  const state = useOrder(orderId).value;
  if (state.type !== "known") return null;
  return <span class="fine">{orderOutcome(state.order.status)}</span>;
}
