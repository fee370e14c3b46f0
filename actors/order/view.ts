import { statusOf } from "./lifecycle.ts";
import type { OrderView, OrderViewLine } from "./messages.ts";
import type { OrderLine, OrderState } from "./state.ts";
import { amountOf } from "./state.ts";

/** What the owner of the order sees; undefined before it is placed. */
export function viewOrder(state: OrderState): OrderView | undefined {
  const status = statusOf(state.phase);
  if (status === undefined) return undefined;
  return {
    orderId: state.orderId,
    status,
    customer: state.customer,
    placedAtMs: state.placedAtMs,
    lines: state.lines.map(viewLine),
    currency: state.currency,
    totalMinor: state.totalMinor,
    taxMinor: state.taxMinor,
    refundedMinor: state.refundedMinor,
    refusal: state.refusal,
  };
}

function viewLine(line: OrderLine): OrderViewLine {
  const { sku, title, quantity, unitPriceMinor, taxMinor, returnedQuantity } = line;
  return {
    line: line.line,
    sku,
    title,
    quantity,
    unitPriceMinor,
    amountMinor: amountOf(line),
    taxMinor,
    returnedQuantity,
  };
}
