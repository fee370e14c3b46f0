import { fieldTable, textTable } from "../cli/cluster/text-table.ts";
import { orderNumber } from "../../gateway/storefront/model/order-number.ts";
import { moneyText, plainText, timeText } from "../cli/field-layout.ts";
import type { OrdersOptions } from "../cli/orders.ts";
import { openJournalDatabase } from "../cli/journal-database.ts";
import { databaseLine } from "../cli/shop-database.ts";
import { readOrderHistory, type OrderHistory } from "./order-history.ts";
import { addressOf, namedOrder } from "./order-id.ts";
import { orderPayment, type OrderPayment } from "./order-payment.ts";
import { orderTimeline } from "./order-timeline.ts";

const LINE_TITLES = ["LINE", "UNITS", "RETURNED", "UNIT PRICE", "AMOUNT", "TAX", "SKU", "TITLE"];

/** Prints one order. */
export async function showShopOrder(order: string, options: OrdersOptions): Promise<void> {
  const named = namedOrder(order);
  const shop = await openJournalDatabase(options.data);
  try {
    const history = await readOrderHistory(shop, await addressOf(shop, named));
    const text =
      options.json === true
        ? `${JSON.stringify({
            ...history.view,
            payment: orderPayment(history),
            timeline: orderTimeline(history),
          })}\n`
        : `${databaseLine(shop)}${orderText(history)}`;
    process.stdout.write(text);
  } finally {
    await shop.close();
  }
}

function orderText(history: OrderHistory): string {
  const { view } = history;
  const money = (amountMinor: number): string => moneyText(amountMinor, view.currency);
  const fields: (readonly [string, string])[] = [
    ["order", view.orderId],
    ["number", orderNumber(view.orderId)],
    ["placed", timeText(view.placedAtMs)],
    ["customer", view.customer],
    ["status", view.refusal === null ? view.status : `${view.status}: ${view.refusal.code}`],
    ["total", `${money(view.totalMinor)}, of which tax ${money(view.taxMinor)}`],
    ...(view.refundedMinor > 0 ? [["refunded", money(view.refundedMinor)] as const] : []),
    ["payment", paymentText(orderPayment(history), money)],
  ];
  const lines = view.lines.map((line) => [
    String(line.line),
    String(line.quantity),
    String(line.returnedQuantity),
    money(line.unitPriceMinor),
    money(line.amountMinor),
    money(line.taxMinor),
    line.sku,
    plainText(line.title),
  ]);
  const happened = orderTimeline(history).map(({ atMs, text }) => [timeText(atMs), text]);
  return `${fieldTable(fields)}\n${textTable(LINE_TITLES, lines)}\n${textTable(["TIME (UTC)", "WHAT HAPPENED"], happened)}`;
}

function paymentText(
  { state, reference, refunds }: OrderPayment,
  money: (amountMinor: number) => string,
): string {
  const open = refunds.filter(({ isMade }) => !isMade).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return [
    state,
    ...(reference === null ? [] : [`reference ${plainText(reference)}`]),
    ...(open > 0 ? [`${money(open)} still to be refunded`] : []),
  ].join(", ");
}
