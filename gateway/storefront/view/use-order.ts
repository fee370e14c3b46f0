import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { followOrder } from "../state/orders.ts";
import type { OrderState } from "../state/orders.ts";
import { useShop } from "./shop-context.ts";

/** An order, live for as long as it is shown. */
export function useOrder(orderId: string): ReadonlySignal<OrderState> {
  const { link } = useShop();
  const { state, leave } = useMemo(() => followOrder(link, orderId), [link, orderId]);
  useEffect(() => leave, [leave]);
  return state;
}
