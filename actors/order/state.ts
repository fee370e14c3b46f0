import type { Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { cartOfOrder } from "../mail.ts";
import { lineAmountMinor } from "../money/amount.ts";
import type { OrderPhase } from "./lifecycle.ts";
import type { OrderedLine } from "./messages.ts";

/** What has become of one line's stock. */
export type LineFate = "held" | "sold" | "lost" | "restocked";

/** One line of the order. */
export interface OrderLine extends OrderedLine {
  fate: LineFate;
  /** Set when this order has secured the hold; milliseconds since the epoch. */
  securedUntilMs: number | null;
  /** Units that returns have taken back, those under way included. */
  returnedQuantity: number;
}

/** A return that is not finished: its money or some of its units are not back yet. */
export interface OpenReturn {
  readonly ticket: number;
  readonly refundMinor: number;
  refunded: boolean;
  /** Lines whose units are not back on the shelf yet. */
  readonly restocking: Set<number>;
}

/** One order. `evolve` changes it in place. */
export interface OrderState {
  readonly orderId: string;
  readonly cartId: string;
  phase: OrderPhase;
  customer: string;
  currency: string;
  placedAtMs: number;
  /** The ticket of the cart's `CheckOut`. */
  checkOutTicket: number;
  paymentToken: string | null;
  /** In the order in which the cart had them. A list: most orders have one line, and a map of one takes 330 bytes. */
  readonly lines: OrderLine[];
  totalMinor: number;
  taxMinor: number;
  refundedMinor: number;
  refusal: Refusal | null;
  /** Answers of inventories that the phase still waits for. */
  awaited: number;
  /** By ticket, oldest first. */
  readonly returns: Map<number, OpenReturn>;
}

/** An order that is not placed yet. */
export function initialOrder(address: Address): OrderState {
  return {
    orderId: address.id,
    cartId: cartOfOrder(address.id),
    phase: "new",
    customer: "",
    currency: "",
    placedAtMs: 0,
    checkOutTicket: 0,
    paymentToken: null,
    lines: [],
    totalMinor: 0,
    taxMinor: 0,
    refundedMinor: 0,
    refusal: null,
    awaited: 0,
    returns: new Map(),
  };
}

/** The line of that number, if the order has it. */
export function findLine(state: OrderState, number: number): OrderLine | undefined {
  return state.lines.find(({ line }) => line === number);
}

/** The line of that number, which must exist. */
export function lineOf(state: OrderState, number: number): OrderLine {
  const line = findLine(state, number);
  assert(line !== undefined, "there is no such line", state.orderId, number);
  return line;
}

/** Price times quantity, minor units. */
export function amountOf(line: OrderedLine): number {
  return lineAmountMinor(line.unitPriceMinor, line.quantity);
}

/** What an order's lines cost in all and the tax that this includes, minor units. */
export function totalsOf(lines: readonly OrderedLine[]): { totalMinor: number; taxMinor: number } {
  let totalMinor = 0;
  let taxMinor = 0;
  for (const line of lines) {
    totalMinor += amountOf(line);
    taxMinor += line.taxMinor;
  }
  return { totalMinor, taxMinor };
}
