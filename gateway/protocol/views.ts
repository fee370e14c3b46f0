import type { RefusalValues } from "../../engine/contract/outcome.ts";
import type { WaitingLine } from "../../engine/contract/waiting-line.ts";

/*
 * What subscribers see, for clients that cannot import the actors. The shapes are those that the actors send as their
 * views and the catalogue as its pages. What channels show are types and no interfaces: only these are plain data to the compiler.
 */

/** What subscribers of `sku/SKU` see. Prices are minor units of `currency` and include tax. */
export type InventoryView = {
  readonly sku: string;
  readonly title: string;
  readonly category: string;
  readonly currency: string;
  /** The price outside a sale. */
  readonly unitPriceMinor: number;
  readonly available: number;
  readonly sale: SaleView | null;
  /** Nothing more of it is sold for now: what is in carts can be paid for, and nothing comes to it. */
  readonly paused: boolean;
};

/** A sale of one product: a price and a limit for a window of time. */
export type SaleView = {
  readonly id: string;
  readonly title: string;
  readonly unitPriceMinor: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Most units one customer may hold and buy; null for no limit. */
  readonly limitPerCustomer: number | null;
  /** Who wants to buy waits on `queue/SALE` to be let in. Left out by sales without a waiting room. */
  readonly waitingRoom?: boolean;
};

/** What subscribers of `queue/SALE` see: with a number, enough to know one's place (`queue-standing.ts`). Times are milliseconds since the epoch. */
export type QueueView = {
  readonly sale: string;
  /** From when on people may join. */
  readonly opensAtMs: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** How long whoever is let in may buy, milliseconds. */
  readonly admissionMs: number;
  /** Numbers that were given out: 0 and those after it. */
  readonly issued: number;
  /** Null until the start. Numbers below `size` have the place that `seed` gives them; all others are places themselves. */
  readonly shuffle: { readonly size: number; readonly seed: number } | null;
  /** How the queue moves, until it is told otherwise. */
  readonly line: WaitingLine;
};

/** What the owner of a cart sees on the channel `cart`. */
export type CartView = {
  readonly cartId: string;
  readonly lines: readonly CartLineView[];
  /** ISO 4217; null while the cart is empty. */
  readonly currency: string | null;
  readonly totalMinor: number;
  /** Tax that the total includes. */
  readonly taxMinor: number;
  /** The order that is being placed from this cart now; lines cannot change meanwhile. */
  readonly checkingOut: string | null;
  /** The cart's orders so far, newest first. */
  readonly orderIds: readonly string[];
};

/** One line of a cart with its hold. */
export type CartLineView = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly taxBasisPoints: number;
  readonly holdExpiresAtMs: number;
  readonly extended: boolean;
};

/** Where an order is. */
export type OrderStatusView = "securing" | "authorising" | "selling" | "confirmed" | "captured" | "refused";

/** What the owner of an order sees on the channel `order/ID`. */
export type OrderView = {
  readonly orderId: string;
  readonly status: OrderStatusView;
  readonly customer: string;
  readonly placedAtMs: number;
  readonly lines: readonly OrderLineView[];
  readonly currency: string;
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly refundedMinor: number;
  readonly refusal: RefusalView | null;
};

/** Why something was refused; `detail` is one sentence for people. */
export type RefusalView = {
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
  readonly retryAfterMs?: number;
  /** The numbers and names that `detail` tells of. Refusals of older releases of the shop have none. */
  readonly values?: RefusalValues;
};

/** One line of an order. */
export type OrderLineView = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly returnedQuantity: number;
};

/** One product as `GET /v1/catalogue` lists it; live figures come over `sku/SKU`. */
export interface CatalogueEntryView {
  readonly sku: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly available: number;
  /** The running or coming sale; null without one. */
  readonly sale: SaleView | null;
  /** Nothing more of it is sold for now. */
  readonly paused: boolean;
}

/** The answer of `GET /v1/catalogue`. */
export interface CataloguePageView {
  readonly entries: readonly CatalogueEntryView[];
  /** Number of products that match, over all pages. */
  readonly total: number;
}

/** The answer of `GET /v1/session`. */
export interface SessionView {
  readonly role: "shopper" | "operator";
  readonly customer: string;
  readonly cart: string;
  /** Identity of the shop's database. */
  readonly shop: string;
  readonly sessionExpiresAtMs: number;
  readonly serverTimeMs: number;
}

/** The answer of `GET /problems/CODE`. */
export interface ProblemDescriptionView {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  /** Whether the same command with the same key may be sent again without asking anybody. */
  readonly retryable: boolean;
}
