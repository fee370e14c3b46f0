import { signal } from "@preact/signals";
import type { OrderView } from "../../protocol/views.ts";
import type { ShopLink } from "./shop-link.ts";

/** What is known of an order. */
export type OrderState =
  | { readonly type: "loading" }
  | { readonly type: "known"; readonly order: OrderView }
  | { readonly type: "unknown"; readonly detail: string };

const NO_SUCH_ORDER: OrderState = { type: "unknown", detail: "There is no such order in this cart." };

/** Follows an order of the shopper. Returns its state as a signal, and what ends it. */
export function followOrder(link: ShopLink, orderId: string) {
  const state = signal<OrderState>({ type: "loading" });
  const leave = link.follow((client) =>
    client.subscribe(
      `order/${orderId}`,
      (order) => {
        state.value = order === null ? NO_SUCH_ORDER : { type: "known", order };
      },
      ({ code, detail }) => {
        state.value = code === "unknown_channel" ? NO_SUCH_ORDER : { type: "unknown", detail };
      },
    ),
  );
  return { state, leave };
}
