import type { Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import { lineAmountMinor } from "../money/amount.ts";
import { taxIncluded } from "../money/tax.ts";

/** One line of the cart. */
export interface Line {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  quantity: number;
  unitPriceMinor: number;
  /** Frozen with the line, as the price is. */
  readonly taxBasisPoints: number;
  holdExpiresAtMs: number;
  extended: boolean;
  /** Ticket of the newest change of quantity that inventory has not answered; 0 for none. */
  changeTicket: number;
  /** The hold ended while the line's order was being placed. */
  lapsed: boolean;
}

/** The order that is being placed. */
export interface CheckingOut {
  readonly orderId: string;
  readonly ticket: number;
  /** The lines that the order has; lines that arrive later are not part of it. */
  readonly lines: readonly number[];
}

/** One cart. `evolve` changes it in place. */
export interface CartState {
  readonly cartId: string;
  customer: string | null;
  /** Currency of all lines; null while there is none. */
  currency: string | null;
  readonly lines: Map<number, Line>;
  /** Sums over the lines, kept up to date so that a long cart costs no more per change than a short one. */
  totalMinor: number;
  taxMinor: number;
  checkingOut: CheckingOut | null;
  orderCount: number;
  /** Newest first, at most `limits.ordersShownMax`. */
  orderIds: readonly string[];
}

/** A cart that nobody has used. */
export function initialCart(address: Address): CartState {
  return {
    cartId: address.id,
    customer: null,
    currency: null,
    lines: new Map(),
    totalMinor: 0,
    taxMinor: 0,
    checkingOut: null,
    orderCount: 0,
    orderIds: [],
  };
}

/** Adds a line and counts it. */
export function putLine(state: CartState, line: Line, currency: string): void {
  assert(!state.lines.has(line.line), "a line was added twice", state.cartId, line.line);
  assert(state.currency === null || state.currency === currency, "two currencies", state.cartId);
  state.currency = currency;
  state.lines.set(line.line, line);
  count(state, line, 1);
}

/** Takes a line out; a line that has gone already is ignored. */
export function dropLine(state: CartState, number: number): void {
  const line = state.lines.get(number);
  if (line === undefined) return;
  state.lines.delete(number);
  count(state, line, -1);
  if (state.lines.size === 0) state.currency = null;
}

/** Changes what a line costs. */
export function repriceLine(state: CartState, line: Line, quantity: number, unitPriceMinor: number): void {
  count(state, line, -1);
  line.quantity = quantity;
  line.unitPriceMinor = unitPriceMinor;
  count(state, line, 1);
}

function count(state: CartState, line: Line, sign: 1 | -1): void {
  const amountMinor = lineAmountMinor(line.unitPriceMinor, line.quantity);
  state.totalMinor += sign * amountMinor;
  state.taxMinor += sign * taxIncluded(amountMinor, line.taxBasisPoints);
  assert(Number.isSafeInteger(state.totalMinor), "the total is too large to be exact", state.cartId);
  assert(state.totalMinor >= 0, "the total is negative", state.cartId);
}
