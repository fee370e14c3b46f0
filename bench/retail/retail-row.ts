import { parseDecimal } from "../../actors/money/decimal.ts";

/** The currency of all prices of the file. */
export const RETAIL_CURRENCY = "GBP";

/** What an invoice is, by the first character of its number: a digit, `C`, or another letter. */
export type InvoiceKind = "sale" | "cancellation" | "other";

/** One line of one invoice, typed. */
export interface RetailRow {
  readonly line: number;
  readonly invoice: string;
  readonly kind: InvoiceKind;
  /** The stock code without blanks around it, in capitals: `85123a` and `85123A` name one product. */
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
  /** Wall clock in London, counted like milliseconds since the epoch: good for order and distance only. */
  readonly invoicedAtMs: number;
  /** Pence; null when the price has more decimals than pence can say. */
  readonly unitPriceMinor: number | null;
  /** Without the `.0` of the file; empty for a sale to nobody known. */
  readonly customer: string;
}

/** A row, or what is wrong with it. */
export type ParsedRetailRow =
  { readonly type: "row"; readonly row: RetailRow } | { readonly type: "broken"; readonly detail: string };

/** The cells of a row, in the order of the file's columns. */
export type RetailCells = readonly [
  invoice: string,
  stockCode: string,
  description: string,
  quantity: string,
  invoiceDate: string,
  unitPrice: string,
  customer: string,
];

const QUANTITY = /^[+-]?\d{1,9}$/;
const DATE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)$/;
const CUSTOMER = /^(\d{1,20})(?:\.0+)?$/;
const INVOICE = /^[A-Za-z]?\d{1,20}$/;
// Zeros at the end say nothing: 2.550 is 2.55, and 0.000 is nothing.
const NEEDLESS_ZEROS = /(\.\d*?)0+$/;

/** Types the cells of one row. Nothing is guessed: a cell that does not have its form is named. */
export function parseRetailRow(line: number, cells: RetailCells): ParsedRetailRow {
  const [invoice, stockCode, description, quantity, invoiceDate, unitPrice, customer] = cells;
  if (!INVOICE.test(invoice)) return broken("InvoiceNo", invoice, "digits, with at most one letter in front");
  if (stockCode.trim() === "") return broken("StockCode", stockCode, "there");
  if (!QUANTITY.test(quantity)) return broken("Quantity", quantity, "a whole number");
  const invoicedAtMs = parseWallClock(invoiceDate);
  if (invoicedAtMs === undefined)
    return broken("InvoiceDate", invoiceDate, "a time such as 2010-12-01 08:26:00");
  const price = parseDecimal(unitPrice.replace(NEEDLESS_ZEROS, "$1").replace(/\.$/, ""), RETAIL_CURRENCY);
  const isTooFine = price.type === "invalid" && price.refusal.code === "too_many_decimals";
  if (price.type === "invalid" && !isTooFine)
    return broken("UnitPrice", unitPrice, "a decimal number such as 2.55");
  const customerDigits = customer === "" ? "" : CUSTOMER.exec(customer)?.[1];
  if (customerDigits === undefined) return broken("CustomerID", customer, "digits, or empty");
  const row: RetailRow = {
    line,
    invoice,
    kind: invoiceKind(invoice),
    sku: stockCode.trim().toUpperCase(),
    description: description.trim(),
    quantity: Number(quantity),
    invoicedAtMs,
    unitPriceMinor: price.type === "amount" ? price.amountMinor : null,
    customer: customerDigits,
  };
  return { type: "row", row };
}

function invoiceKind(invoice: string): InvoiceKind {
  const first = invoice.charAt(0).toUpperCase();
  if (first >= "0" && first <= "9") return "sale";
  return first === "C" ? "cancellation" : "other";
}

function parseWallClock(text: string): number | undefined {
  const [, day, time] = DATE.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const atMs = Date.parse(`${day}T${time}Z`);
  // What follows the end of a month is taken for a day of the next one.
  const isThere = !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(`${day}T${time}`);
  return isThere ? atMs : undefined;
}

function broken(column: string, cell: string, wish: string): ParsedRetailRow {
  return { type: "broken", detail: `${column} must be ${wish}; it is ${JSON.stringify(cell.slice(0, 40))}` };
}
