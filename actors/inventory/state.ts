import type { Address } from "../../engine/contract/address.ts";
import { ExpiryHeap } from "./expiry-heap.ts";
import type { Product, Sale } from "./messages.ts";

/** Stock set aside for a line of a cart. */
export interface Hold {
  readonly holdId: string;
  readonly customer: string;
  quantity: number;
  /** Frozen when the hold was placed: what the shopper saw is what the shopper pays. */
  readonly unitPriceMinor: number;
  expiresAtMs: number;
  extended: boolean;
  /** The round of the limit that the hold counts in; 0 when it was placed outside a limited sale. */
  readonly limitRound: number;
  /** When its own time ends, that of its placing and its one extension; `expiresAtMs` is later once an order has secured it. */
  ownExpiresAtMs: number;
  heapIndex: number;
}

/** What one customer holds and has bought within the running limited sale, units. */
export interface Allowance {
  held: number;
  bought: number;
}

/** That operators have stopped selling. */
export type Pause = {
  /** In their own words. */
  readonly reason: string;
  readonly sinceMs: number;
};

/** The inventory of one SKU. `evolve` changes it in place. */
export interface InventoryState {
  readonly sku: string;
  product: Product | null;
  /** Null while it is sold. Apart from the product's terms, so that listing it anew does not sell it again. */
  pause: Pause | null;
  received: number;
  adjusted: number;
  sold: number;
  returned: number;
  /** Sum of the holds' quantities. */
  held: number;
  readonly holds: Map<string, Hold>;
  readonly expiries: ExpiryHeap<Hold>;
  /** Grows whenever a limited sale begins or ends being set; a hold of an earlier round does not count in this one. */
  limitRound: number;
  /** By customer; empty unless a sale with a limit is set. */
  readonly allowances: Map<string, Allowance>;
}

/** The inventory of a SKU that was never listed. */
export function initialInventory(address: Address): InventoryState {
  return {
    sku: address.id,
    product: null,
    pause: null,
    received: 0,
    adjusted: 0,
    sold: 0,
    returned: 0,
    held: 0,
    holds: new Map(),
    expiries: new ExpiryHeap(),
    limitRound: 0,
    allowances: new Map(),
  };
}

/** Units on the shelf, held ones included. */
export function onHand(state: InventoryState): number {
  return state.received + state.adjusted - state.sold + state.returned;
}

/** Units on the shelf that nobody holds. */
export function available(state: InventoryState): number {
  return onHand(state) - state.held;
}

/** The product's sale, when it is running at `nowMs`. */
export function runningSale(product: Product, nowMs: number): Sale | undefined {
  const { sale } = product;
  return sale !== null && nowMs >= sale.startsAtMs && nowMs < sale.endsAtMs ? sale : undefined;
}

/** The price of one unit at `nowMs`, minor units. */
export function unitPriceAt(product: Product, nowMs: number): number {
  return runningSale(product, nowMs)?.unitPriceMinor ?? product.unitPriceMinor;
}
