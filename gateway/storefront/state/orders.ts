import { signal } from "@preact/signals";
import type { OrderView, RefusalView } from "../../protocol/views.ts";
import { refusalText } from "../model/refusal-text.ts";
import type { ShopLink } from "./shop-link.ts";

/** What is known of an order. */
export type OrderState =
  | { readonly type: "loading" }
  | { readonly type: "known"; readonly order: OrderView }
  | { readonly type: "unknown"; readonly detail: string };

const NO_SUCH_ORDER = { code: "unknown_order", detail: "This cart has no such order." };

/** Follows an order of the shopper. Returns its state as a signal, and what ends it. */
export function followOrder(link: ShopLink, orderId: string) {
  const state = signal<OrderState>({ type: "loading" });
  const leave = link.follow((client) =>
    client.subscribe(
      `order/${orderId}`,
      (order) => {
        state.value = order === null ? unknown(NO_SUCH_ORDER) : { type: "known", order };
      },
      (problem) => {
        state.value = unknown(problem);
      },
    ),
  );
  return { state, leave };
}

function unknown(reason: RefusalView): OrderState {
  return { type: "unknown", detail: refusalText(reason) };
}
