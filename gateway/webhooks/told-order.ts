import type { OrderEvent } from "../../actors/order/messages.ts";
import type { OrderRecord } from "../../engine/ports/shop-records.ts";
import type { OrderTerms, ReturnTerms, ReturnedLine, ShopEvent, ShopEventType } from "./shop-event.ts";

/** As what an order's event is told; undefined when it stays in the shop. */
export function toldOrderType({ type }: OrderEvent): ShopEventType | undefined {
  switch (type) {
    case "OrderConfirmed":
      return "order.confirmed";
    case "PaymentCaptured":
      return "order.captured";
    case "OrderRefused":
      return "order.refused";
    case "ReturnRequested":
      return "order.returned";
    case "RefundMade":
      return "order.refunded";
    case "OrderPlaced":
    case "LineSecured":
    case "LineLost":
    case "OrderSecured":
    case "PaymentAuthorised":
    case "LineSold":
    case "LineRestocked":
      return undefined;
  }
}

/** What others are told of an order's event; undefined when it stays in the shop. */
export function toldOrder(event: OrderEvent, order: OrderRecord): ShopEvent | undefined {
  const subject = `order/${order.id}`;
  switch (event.type) {
    case "OrderConfirmed":
      return { type: "order.confirmed", subject, data: termsOf(order) };
    case "PaymentCaptured":
      return { type: "order.captured", subject, data: termsOf(order) };
    case "OrderRefused": {
      const { code, detail } = event.refusal;
      return { type: "order.refused", subject, data: { ...termsOf(order), code, detail } };
    }
    case "ReturnRequested": {
      const { ticket, refundMinor, reason } = event;
      const lines = event.lines.map((each) => returnedLine(order, each));
      return {
        type: "order.returned",
        subject,
        data: { ...returnOf(order, ticket, refundMinor), reason, lines },
      };
    }
    case "RefundMade":
      return { type: "order.refunded", subject, data: returnOf(order, event.ticket, event.refundMinor) };
    case "OrderPlaced":
    case "LineSecured":
    case "LineLost":
    case "OrderSecured":
    case "PaymentAuthorised":
    case "LineSold":
    case "LineRestocked":
      return undefined;
  }
}

/** Field by field: what the record gets one day does not leave the shop by itself. */
function termsOf({
  id,
  customer,
  placedAtMs,
  currency,
  totalMinor,
  taxMinor,
  lines,
}: OrderRecord): OrderTerms {
  return {
    orderId: id,
    customer,
    placedAt: new Date(placedAtMs).toISOString(),
    currency,
    totalMinor,
    taxMinor,
    lines: lines.map((each) => ({
      line: each.line,
      sku: each.sku,
      title: each.title,
      quantity: each.quantity,
      unitPriceMinor: each.unitPriceMinor,
      amountMinor: each.amountMinor,
      taxMinor: each.taxMinor,
    })),
  };
}

function returnOf(
  { id, customer, currency }: OrderRecord,
  returnNumber: number,
  refundMinor: number,
): ReturnTerms {
  return { orderId: id, customer, currency, returnNumber, refundMinor };
}

function returnedLine(
  { lines }: OrderRecord,
  { line, quantity }: { readonly line: number; readonly quantity: number },
): ReturnedLine {
  const ordered = lines.find((each) => each.line === line);
  return { line, sku: ordered?.sku ?? "", title: ordered?.title ?? "", quantity };
}
