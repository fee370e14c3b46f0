import type { PlannedCustomer, PlannedReturn, PlannedSale, RetailPlan } from "../retail/retail-plan.ts";
import { inParallel } from "./in-parallel.ts";
import type { QueuedInvoice } from "./invoice-queue.ts";
import type { Mismatches } from "./mismatches.ts";
import type { OperatorLine } from "./operator-port.ts";
import type { RunIds } from "./run-ids.ts";

// An actor remembers its last 32 settled idempotency keys: with no more commands of one cart under way, a repeated one
// is always still known after a lost connection, and can never add its line twice.
const CART_WINDOW = 32;

/** Most lines of one cart; a longer invoice becomes several orders. */
const CART_LINES_MAX = 2_000;

const PAYMENT_TOKEN = "tok_ok";

/** Where a sold line ended up. */
interface SoldLine {
  readonly orderId: string;
  readonly line: number;
}

/** A line that is in the cart. */
interface CartedLine {
  readonly sale: PlannedSale;
  readonly line: number;
}

/** What has been played so far. */
export interface PlayCounts {
  /** Rows that were sent, refused ones included. */
  rowsSent: number;
  orders: number;
  returns: number;
}

/** Plays invoices: carts and orders for what was sold, returns for what was cancelled. Refusals are mismatches. */
export class InvoicePlayer {
  readonly counts: PlayCounts = { rowsSent: 0, orders: 0, returns: 0 };
  readonly #ids: RunIds;
  readonly #returnedLater: ReadonlySet<PlannedSale>;
  readonly #mismatches: Mismatches;
  readonly #soldLines = new Map<PlannedSale, SoldLine>();

  constructor(ids: RunIds, plan: Pick<RetailPlan, "returnedLater">, mismatches: Mismatches) {
    this.#ids = ids;
    this.#returnedLater = plan.returnedLater;
    this.#mismatches = mismatches;
  }

  /** Plays one invoice to its end. */
  async play(operator: OperatorLine, queued: QueuedInvoice): Promise<void> {
    const { customer, index, invoice } = queued;
    for (let start = 0; start < invoice.sales.length; start += CART_LINES_MAX) {
      const sales = invoice.sales.slice(start, start + CART_LINES_MAX);
      await this.#order(operator, customer, sales, `pay-${index}-${start}`);
    }
    for (const planned of invoice.returns) await this.#takeBack(operator, planned, invoice.invoice);
  }

  async #order(
    operator: OperatorLine,
    customer: PlannedCustomer,
    sales: readonly PlannedSale[],
    key: string,
  ): Promise<void> {
    const cart = this.#ids.customer(customer.customer);
    const carted = await this.#fillCart(operator, cart, sales);
    if (carted.length === 0) return;
    const result = await operator.send(
      "checkout",
      { cart, customer: cart, paymentToken: PAYMENT_TOKEN },
      key,
    );
    if (!result.ok) {
      for (const { sale } of carted)
        this.#mismatches.add(refusal(sale.row, `checkout of ${sale.sku}`, result.problem));
      return this.#emptyCart(operator, cart, carted);
    }
    const { orderId } = result.value;
    this.counts.orders += 1;
    for (const { sale, line } of carted) {
      if (this.#returnedLater.has(sale)) this.#soldLines.set(sale, { orderId, line });
    }
  }

  async #fillCart(
    operator: OperatorLine,
    cart: string,
    sales: readonly PlannedSale[],
  ): Promise<readonly CartedLine[]> {
    const carted: CartedLine[] = [];
    await inParallel(sales, CART_WINDOW, async (sale) => {
      const { row, sku, quantity, unitPriceMinor } = sale;
      const result = await operator.send(
        "cart.add",
        { sku, quantity, cart, customer: cart, unitPriceMinor },
        `row-${row}`,
      );
      this.counts.rowsSent += 1;
      if (result.ok) carted.push({ sale, line: result.value.line });
      else this.#mismatches.add(refusal(row, `${quantity} of ${sku}`, result.problem));
    });
    return carted;
  }

  /** Lines of a refused order must not slip into the customer's next one. */
  async #emptyCart(operator: OperatorLine, cart: string, carted: readonly CartedLine[]): Promise<void> {
    await inParallel(carted, CART_WINDOW, async ({ sale, line }) => {
      const result = await operator.send("cart.remove", { cart, line }, `remove-${sale.row}`);
      // A line may have gone with the refusal: its stock was lost.
      if (!result.ok && result.problem.code !== "line_not_found") {
        this.#mismatches.add(refusal(sale.row, "removing its line", result.problem));
      }
    });
  }

  async #takeBack(operator: OperatorLine, planned: PlannedReturn, invoice: string): Promise<void> {
    this.counts.rowsSent += 1;
    const linesByOrder = new Map<string, { line: number; quantity: number }[]>();
    for (const { line: sale, quantity } of planned.slices) {
      const sold = this.#soldLines.get(sale);
      if (sold === undefined) {
        this.#mismatches.add(`row ${planned.row}: the sale in row ${sale.row} that it returns was refused`);
        continue;
      }
      const lines = linesByOrder.get(sold.orderId) ?? [];
      lines.push({ line: sold.line, quantity });
      linesByOrder.set(sold.orderId, lines);
    }
    for (const [order, lines] of linesByOrder) {
      const values = { order, lines, reason: `Cancelled by ${invoice}` };
      const result = await operator.send("order.return", values, `return-${planned.row}`);
      if (result.ok) this.counts.returns += 1;
      else this.#mismatches.add(refusal(planned.row, `return of ${planned.sku}`, result.problem));
    }
  }
}

function refusal(
  row: number,
  what: string,
  problem: { readonly code: string; readonly detail: string },
): string {
  return `row ${row}: ${what} was refused: ${problem.code} (${problem.detail})`;
}
