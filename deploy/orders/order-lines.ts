import type { ListedOrder } from "../../persistence/postgres/orders.ts";
import { decimalText, timeText } from "../cli/field-layout.ts";
import { csvRecord, spreadsheetText } from "./csv.ts";
import type { ReturnedUnits } from "./returned-units.ts";

/** One line of an order, as it is exported: what belongs to the order is on each of its lines. */
export interface ExportedLine {
  readonly orderId: string;
  readonly placedAtMs: number;
  readonly state: ListedOrder["state"];
  readonly refusalCode: string | null;
  readonly customer: string;
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly returnedQuantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly currency: string;
  readonly orderTotalMinor: number;
  readonly orderRefundedMinor: number;
}

type Column = readonly [title: string, cell: (line: ExportedLine) => string];

const COLUMNS: readonly Column[] = [
  ["order", ({ orderId }) => orderId],
  ["placed_at", ({ placedAtMs }) => timeText(placedAtMs)],
  ["state", ({ state }) => state],
  ["refusal", ({ refusalCode }) => refusalCode ?? ""],
  ["customer", ({ customer }) => spreadsheetText(customer)],
  ["line", ({ line }) => String(line)],
  ["sku", ({ sku }) => spreadsheetText(sku)],
  ["title", ({ title }) => spreadsheetText(title)],
  ["quantity", ({ quantity }) => String(quantity)],
  ["returned", ({ returnedQuantity }) => String(returnedQuantity)],
  ["unit_price", ({ unitPriceMinor, currency }) => decimalText(unitPriceMinor, currency)],
  ["amount", ({ amountMinor, currency }) => decimalText(amountMinor, currency)],
  ["tax", ({ taxMinor, currency }) => decimalText(taxMinor, currency)],
  ["currency", ({ currency }) => currency],
  ["order_total", ({ orderTotalMinor, currency }) => decimalText(orderTotalMinor, currency)],
  ["order_refunded", ({ orderRefundedMinor, currency }) => decimalText(orderRefundedMinor, currency)],
];

/** Names of the columns of the CSV file, for its first record and for help. */
export const EXPORT_COLUMNS: readonly string[] = COLUMNS.map(([title]) => title);

/** How lines of orders are written. */
export interface LineFormat {
  readonly head: string;
  line(line: ExportedLine): string;
}

/** The formats of an export. */
export const LINE_FORMATS: Readonly<Record<"csv" | "ndjson", LineFormat>> = {
  csv: {
    head: csvRecord(EXPORT_COLUMNS),
    line: (line) => csvRecord(COLUMNS.map(([, cell]) => cell(line))),
  },
  ndjson: { head: "", line: (line) => `${JSON.stringify(line)}\n` },
};

/** The lines of an order. */
export function exportedLines(order: ListedOrder, returned: ReturnedUnits): readonly ExportedLine[] {
  const { orderId, placedAtMs, state, refusalCode, customer, currency } = order;
  return order.lines.map(({ line, sku, title, quantity, unitPriceMinor, amountMinor, taxMinor }) => ({
    orderId,
    placedAtMs,
    state,
    refusalCode,
    customer,
    line,
    sku,
    title,
    quantity,
    returnedQuantity: returned.of(orderId, line),
    unitPriceMinor,
    amountMinor,
    taxMinor,
    currency,
    orderTotalMinor: order.totalMinor,
    orderRefundedMinor: order.refundedMinor,
  }));
}
