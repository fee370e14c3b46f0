/** @jsxImportSource preact */
import type { JSX } from "preact";
import type { OrderStatusView } from "../../protocol/views.ts";
import { orderSteps } from "../model/order-progress.ts";
import type { OrderStep } from "../model/order-progress.ts";
import { Icon } from "./icons.tsx";

/** How far an order has come. */
export function OrderSteps({ status }: { readonly status: OrderStatusView }): JSX.Element {
  return (
    <ol class="steps" aria-label="Progress">
      {orderSteps(status).map(({ name, state }) => (
        <li key={name} class={`step step-${state}`} aria-current={state === "current" ? "step" : undefined}>
          <span class="step-mark" aria-hidden="true">
            {state === "done" && <Icon name="check" />}
          </span>
          {name}
          <span class="unseen">{spoken(state)}</span>
        </li>
      ))}
    </ol>
  );
}

function spoken(state: OrderStep["state"]): string {
  switch (state) {
    case "done":
      return ", done";
    case "current":
      return ", under way";
    case "ahead":
      return "";
  }
}
