import type { Context, Decision } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import type { SecuredLine } from "../cart/messages.ts";
import { toCart } from "../mail.ts";
import type { OrderEvent } from "./messages.ts";
import type { OrderLine, OrderState } from "./state.ts";

/** What the answer that ends the order says about its line; the state does not have it yet. */
export interface LastAnswer {
  readonly lostLine?: number;
  readonly securedLine?: SecuredLine;
}

/**
 * Ends the order as refused and tells its cart what became of the lines: those whose stock is gone, and those whose
 * hold this order has prolonged.
 */
export function refuseOrder(
  state: OrderState,
  refusal: Refusal,
  last: LastAnswer,
  context: Context,
): Decision<OrderEvent> {
  const { orderId, checkOutTicket: ticket } = state;
  const lostLines: number[] = [];
  const securedLines: SecuredLine[] = [];
  for (const { line, fate, securedUntilMs } of state.lines) {
    if (fate !== "held" || line === last.lostLine) lostLines.push(line);
    else if (line === last.securedLine?.line) securedLines.push(last.securedLine);
    else if (securedUntilMs !== null) securedLines.push({ line, holdExpiresAtMs: securedUntilMs });
  }
  const answer = { type: "refused", refusal, lostLines, securedLines } as const;
  return {
    events: [{ type: "OrderRefused", refusal }],
    messages: [toCart(context.address.tenant, state.cartId, { type: "OrderEnded", orderId, ticket, answer })],
  };
}

/** The refusal of an order because of one line: says which, and keeps the reason's code and values. */
export function lineRefusal({ line, sku, title }: OrderLine, reason: Refusal): Refusal {
  return {
    code: reason.code,
    detail: `Line ${line} (${title}): ${reason.detail}`,
    field: "lines",
    values: { ...reason.values, line, sku, title },
  };
}
