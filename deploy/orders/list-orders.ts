import { findOrder, listOrders, type ListedOrder } from "../../persistence/postgres/orders.ts";
import { orderNumber } from "../../gateway/storefront/model/order-number.ts";
import { textTable } from "../cli/cluster/text-table.ts";
import { moneyText, timeText } from "../cli/field-layout.ts";
import type { OrdersListOptions } from "../cli/orders.ts";
import { Output } from "../cli/output.ts";
import { databaseLine, openShopDatabase, type ShopDatabase } from "../cli/shop-database.ts";
import { TENANT } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { counted } from "./counted.ts";
import { orderAddress } from "./order-id.ts";
import { orderSelection } from "./order-selection.ts";
import { segmentsBehind } from "./read-models.ts";

const TITLES = ["ORDER", "NUMBER", "PLACED (UTC)", "CUSTOMER", "LINES", "UNITS", "TOTAL", "STATE"];
const CUSTOMER_SHOWN_MAX = 12;

/** Prints a page of orders. */
export async function listShopOrders(options: OrdersListOptions): Promise<void> {
  const selection = orderSelection(options);
  if (options.after !== undefined) orderAddress(options.after);
  const shop = await openShopDatabase(options.data);
  const output = new Output();
  try {
    const behind = await segmentsBehind(shop);
    if (behind > 0)
      process.stderr.write(`the tables for queries are ${counted(behind, "segment")} behind the journal\n`);
    const after = options.after === undefined ? undefined : await placeOf(shop, options.after);
    // One more tells whether there is another page.
    const found = await listOrders(shop.database, selection, {
      limit: options.limit + 1,
      nowMs: systemClock.nowMs(),
      after,
    });
    const orders = found.slice(0, options.limit);
    const isLast = found.length === orders.length;
    if (options.json === true) {
      for (const order of orders)
        await output.write(`${JSON.stringify({ ...order, number: orderNumber(order.orderId) })}\n`);
      return;
    }
    await output.write(`${databaseLine(shop)}${tableOf(orders)}`);
    const last = orders.at(-1);
    if (!isLast && last !== undefined) await output.write(`there are more: --after ${last.orderId}\n`);
  } finally {
    await shop.close();
  }
}

/** @throws when there is no order behind which the list could go on. */
async function placeOf({ database }: ShopDatabase, orderId: string): Promise<ListedOrder> {
  const order = await findOrder(database, TENANT, orderId);
  if (order === undefined) throw new Error(`--after: there is no order ${orderId}`);
  return order;
}

function tableOf(orders: readonly ListedOrder[]): string {
  if (orders.length === 0) return "no orders\n";
  return textTable(
    TITLES,
    orders.map(({ orderId, placedAtMs, customer, lines, totalMinor, currency, state, refusalCode }) => [
      orderId,
      orderNumber(orderId),
      timeText(placedAtMs).slice(0, 19).replace("T", " "),
      customer.length > CUSTOMER_SHOWN_MAX ? `${customer.slice(0, CUSTOMER_SHOWN_MAX - 1)}…` : customer,
      String(lines.length),
      String(lines.reduce((sum, { quantity }) => sum + quantity, 0)),
      moneyText(totalMinor, currency),
      refusalCode === null ? state : `${state}: ${refusalCode}`,
    ]),
  );
}
