import { assert } from "../../engine/contract/assert.ts";
import { RetailCatalogue } from "./retail-catalogue.ts";
import type { RetailProduct } from "./retail-catalogue.ts";
import { RetailLedger } from "./retail-ledger.ts";
import type { RetailRow } from "./retail-row.ts";
import type { ExplainedReason } from "./rules.ts";
import { whyNotPlayable } from "./rules.ts";
import type { ReturnSlice } from "./sales-to-return.ts";
import { SalesToReturn } from "./sales-to-return.ts";

/** A row that is played as one line of an order. */
export interface PlannedSale {
  readonly type: "sale";
  /** Line of the file. */
  readonly row: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

/** A row that is played as returns of lines that were sold before to the same customer. */
export interface PlannedReturn {
  readonly type: "return";
  /** Line of the file. */
  readonly row: number;
  readonly sku: string;
  readonly slices: readonly ReturnSlice<PlannedSale>[];
}

/** The rows of one invoice that follow each other for its customer. */
export interface PlannedInvoice {
  readonly invoice: string;
  readonly atMs: number;
  readonly sales: PlannedSale[];
  readonly returns: PlannedReturn[];
}

/** One customer's invoices, which must be played one after the other. */
export interface PlannedCustomer {
  /** The number from the file, or `inv-INVOICE` for the customer of an invoice without one. */
  readonly customer: string;
  readonly invoices: readonly PlannedInvoice[];
}

/** How a whole file is played, and what must come out. */
export interface RetailPlan {
  readonly rowsIn: number;
  readonly rowsPlayed: number;
  readonly rowsExplained: number;
  readonly explained: Readonly<Partial<Record<ExplainedReason, number>>>;
  /** In the order of their first invoices. */
  readonly customers: readonly PlannedCustomer[];
  readonly products: readonly RetailProduct[];
  /** The sales that returns refer to later: whoever plays them has to remember their orders. */
  readonly returnedLater: ReadonlySet<PlannedSale>;
  readonly ledger: RetailLedger;
}

/** Decides for every row how it is played, or why it is not. */
export async function planRetail(rows: AsyncIterable<RetailRow> | Iterable<RetailRow>): Promise<RetailPlan> {
  const planner = new Planner();
  for await (const row of rows) planner.add(row);
  return planner.finish();
}

class Planner {
  readonly #invoicesByCustomer = new Map<string, PlannedInvoice[]>();
  readonly #toReturn = new SalesToReturn<PlannedSale>();
  readonly #catalogue = new RetailCatalogue();
  readonly #returnedLater = new Set<PlannedSale>();
  readonly #ledger = new RetailLedger();
  readonly #explained: Partial<Record<ExplainedReason, number>> = {};
  #rowsIn = 0;
  #rowsPlayed = 0;
  #rowsExplained = 0;

  add(row: RetailRow): void {
    this.#rowsIn += 1;
    const reason = whyNotPlayable(row) ?? this.#play(row);
    if (reason === undefined) {
      this.#rowsPlayed += 1;
      return;
    }
    this.#rowsExplained += 1;
    this.#explained[reason] = (this.#explained[reason] ?? 0) + 1;
  }

  finish(): RetailPlan {
    assert(
      this.#rowsIn === this.#rowsPlayed + this.#rowsExplained,
      `${this.#rowsIn} rows came in, but ${this.#rowsPlayed} are played and ${this.#rowsExplained} explained`,
    );
    return {
      rowsIn: this.#rowsIn,
      rowsPlayed: this.#rowsPlayed,
      rowsExplained: this.#rowsExplained,
      explained: this.#explained,
      customers: Array.from(this.#invoicesByCustomer, ([customer, invoices]) => ({ customer, invoices })),
      products: this.#catalogue.products(),
      returnedLater: this.#returnedLater,
      ledger: this.#ledger,
    };
  }

  #play(row: RetailRow): ExplainedReason | undefined {
    const { unitPriceMinor } = row;
    assert(unitPriceMinor !== null, "a row without a price in pence is not played");
    const customer = row.customer === "" ? `inv-${row.invoice}` : row.customer;
    if (row.kind === "sale") {
      this.#sell(row, customer, unitPriceMinor);
      return undefined;
    }
    const slices = this.#toReturn.take(row);
    if (slices === undefined) return "return_without_sale";
    for (const slice of slices) this.#returnedLater.add(slice.line);
    this.#ledger.takeBack(customer, row.sku, -row.quantity, unitPriceMinor);
    this.#invoice(customer, row).returns.push({ type: "return", row: row.line, sku: row.sku, slices });
    return undefined;
  }

  #sell(row: RetailRow, customer: string, unitPriceMinor: number): void {
    const { line, sku, quantity } = row;
    const sale: PlannedSale = { type: "sale", row: line, sku, quantity, unitPriceMinor };
    this.#invoice(customer, row).sales.push(sale);
    this.#toReturn.sold(row, sale);
    this.#catalogue.sold(row, unitPriceMinor);
    this.#ledger.sell(customer, sku, quantity, unitPriceMinor);
  }

  /** The customer's last invoice when the row goes on with it; rows that come back to an older one make a new one. */
  #invoice(customer: string, row: RetailRow): PlannedInvoice {
    let invoices = this.#invoicesByCustomer.get(customer);
    if (invoices === undefined) {
      invoices = [];
      this.#invoicesByCustomer.set(customer, invoices);
    }
    const last = invoices.at(-1);
    if (last !== undefined && last.invoice === row.invoice) return last;
    const started: PlannedInvoice = { invoice: row.invoice, atMs: row.invoicedAtMs, sales: [], returns: [] };
    invoices.push(started);
    return started;
  }
}
