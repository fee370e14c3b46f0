import type { Refusal } from "../../engine/contract/outcome.ts";
import { invalidQuantity } from "../decision.ts";
import { isQuantity, limits } from "../limits.ts";
import type { InventoryEvent, Product, Turn } from "./messages.ts";
import type { Hold, InventoryState } from "./state.ts";
import { available, runningSale, unitPriceAt } from "./state.ts";

/**
 * The inventory as it is at a moment: a hold that is due counts as gone, whether or not the wake-up has come.
 * `due` are the holds that the same decision expires first.
 */
export interface Shelf {
  readonly state: InventoryState;
  readonly nowMs: number;
  readonly due: readonly Hold[];
  readonly available: number;
}

/** The shelf at `nowMs`. */
export function shelfAt(state: InventoryState, nowMs: number): Shelf {
  const earliestMs = state.expiries.earliestMs();
  const due = earliestMs !== undefined && earliestMs <= nowMs ? state.expiries.due(nowMs) : [];
  const dueQuantity = due.reduce((sum, hold) => sum + hold.quantity, 0);
  return { state, nowMs, due, available: available(state) + dueQuantity };
}

/** The hold of that id, unless it has ended. */
export function liveHold(shelf: Shelf, holdId: string): Hold | undefined {
  const hold = shelf.state.holds.get(holdId);
  return hold !== undefined && hold.expiresAtMs > shelf.nowMs ? hold : undefined;
}

/** When the hold's own time ends, and until when an order may keep it. */
export function securingOf(
  shelf: Shelf,
  holdId: string,
): { readonly ownExpiresAtMs: number; readonly expiresAtMs: number } {
  const hold = liveHold(shelf, holdId);
  // What an order has secured stays as it is for those after it, else every declined payment would prolong the hold.
  if (hold !== undefined && hold.expiresAtMs > hold.ownExpiresAtMs) return hold;
  const ownExpiresAtMs = hold?.ownExpiresAtMs ?? shelf.nowMs;
  return { ownExpiresAtMs, expiresAtMs: ownExpiresAtMs + limits.lastAttemptMs };
}

/** A wish for a hold of `quantity` units in all. */
export interface HoldWish {
  readonly holdId: string;
  readonly customer: string;
  readonly quantity: number;
  readonly unitPriceMinor?: number;
  readonly turn?: Turn;
}

/** What came of a wish for a hold: what it takes, and the hold as it is then. */
export type Grant =
  | {
      readonly type: "granted";
      readonly events: readonly InventoryEvent[];
      readonly product: Product;
      readonly unitPriceMinor: number;
      readonly expiresAtMs: number;
    }
  | { readonly type: "refused"; readonly refusal: Refusal };

/**
 * Places the hold with a time of its own of `ttlMs`, or gives the one that lives another quantity; the same quantity again
 * changes nothing.
 */
export function grantHold(shelf: Shelf, wish: HoldWish, ttlMs: number): Grant {
  const { product } = shelf.state;
  if (product === null) return { type: "refused", refusal: unknownSku(shelf.state.sku) };
  if (!isQuantity(wish.quantity))
    return { type: "refused", refusal: invalidQuantity(wish.quantity, limits.quantityMax) };
  const hold = liveHold(shelf, wish.holdId);
  const extra = wish.quantity - (hold?.quantity ?? 0);
  const refusal =
    extra > 0
      ? (notSelling(shelf.state) ??
        notLetIn(shelf, product, wish) ??
        shortage(shelf, wish, extra, hold) ??
        overLimit(shelf, product, wish, extra, hold) ??
        repriced(shelf, product, hold))
      : undefined;
  if (refusal !== undefined) return { type: "refused", refusal };
  const turn = extra > 0 && needsTurn(shelf, product) ? wish.turn : undefined;
  return hold === undefined
    ? place(shelf, product, { ...wish, turn }, ttlMs)
    : resize(product, hold, wish.quantity, turn);
}

/** The refusal of a SKU that the shop has never listed. */
export function unknownSku(sku: string): Refusal {
  return { code: "unknown_sku", detail: `There is no product ${sku}.`, field: "sku", values: { sku } };
}

/** Whether the product is for those only who were let in: also before its sale begins, when nobody is. */
function needsTurn({ nowMs }: Shelf, { sale }: Product): boolean {
  return sale?.waitingRoom === true && nowMs < sale.endsAtMs;
}

function notLetIn(shelf: Shelf, product: Product, { turn }: HoldWish): Refusal | undefined {
  const { sale } = product;
  if (sale === null || !needsTurn(shelf, product) || turn?.sale === sale.id) return undefined;
  const { sku } = shelf.state;
  return {
    code: "waiting_room",
    detail: `${sku} is sold to those who were let in by the waiting room of the sale ${sale.id}.`,
    field: "ticket",
    values: { sku, sale: sale.id },
  };
}

function place(
  shelf: Shelf,
  product: Product,
  wish: Omit<HoldWish, "turn"> & { readonly turn: Turn | undefined },
  ttlMs: number,
): Grant {
  const unitPriceMinor = wish.unitPriceMinor ?? unitPriceAt(product, shelf.nowMs);
  const expiresAtMs = shelf.nowMs + ttlMs;
  const { holdId, customer, quantity, turn } = wish;
  const placed = { type: "HoldPlaced", holdId, customer, quantity, unitPriceMinor, expiresAtMs } as const;
  const events = [turn === undefined ? placed : { ...placed, turn }];
  return { type: "granted", events, product, unitPriceMinor, expiresAtMs };
}

function resize(product: Product, hold: Hold, quantity: number, turn: Turn | undefined): Grant {
  const { holdId, unitPriceMinor, expiresAtMs, quantity: previousQuantity } = hold;
  const resized = { type: "HoldResized", holdId, quantity, previousQuantity } as const;
  const events = quantity === previousQuantity ? [] : [turn === undefined ? resized : { ...resized, turn }];
  return { type: "granted", events, product, unitPriceMinor, expiresAtMs };
}

/** Units that are held already are promised, and none besides. There is no time to ask again at: whoever watches hears of it. */
function notSelling({ sku, pause }: InventoryState): Refusal | undefined {
  if (pause === null) return undefined;
  return {
    code: "selling_paused",
    detail: `${sku} is not sold at the moment.`,
    field: "sku",
    values: { sku },
  };
}

function shortage(
  shelf: Shelf,
  { quantity }: HoldWish,
  extra: number,
  hold: Hold | undefined,
): Refusal | undefined {
  const { sku } = shelf.state;
  if (extra > shelf.available) {
    const left = shelf.available + (hold?.quantity ?? 0);
    if (left === 0)
      return { code: "sold_out", detail: `${sku} is sold out.`, field: "quantity", values: { sku } };
    return {
      code: "insufficient_stock",
      detail: `Only ${left} of ${sku} ${left === 1 ? "is" : "are"} left.`,
      field: "quantity",
      values: { sku, quantity, available: left },
    };
  }
  if (hold === undefined && shelf.state.holds.size - shelf.due.length >= limits.holdsPerSkuMax)
    return {
      code: "too_many_holds",
      detail: `Too many shoppers hold ${sku} at this moment.`,
      retryAfterMs: limits.fullRetryMs,
      values: { sku },
    };
  return undefined;
}

function overLimit(
  shelf: Shelf,
  product: Product,
  wish: HoldWish,
  extra: number,
  hold: Hold | undefined,
): Refusal | undefined {
  const limit = product.sale?.limitPerCustomer ?? null;
  if (limit === null) return undefined;
  const counts =
    hold === undefined
      ? runningSale(product, shelf.nowMs) !== undefined
      : hold.limitRound === shelf.state.limitRound;
  const used = usedAllowance(shelf, wish.customer);
  if (!counts || used + extra <= limit) return undefined;
  const { sku } = shelf.state;
  return {
    code: "limit_per_customer",
    detail: `A customer may buy at most ${limit} of ${sku} in this sale.`,
    field: "quantity",
    // A limit that was lowered may be less than what a customer has.
    values: { sku, quantity: wish.quantity, limit, remaining: Math.max(0, limit - used) },
  };
}

/** What is held keeps its price; further units are another promise, and have the price that the product has now. */
function repriced({ state, nowMs }: Shelf, product: Product, hold: Hold | undefined): Refusal | undefined {
  if (hold === undefined || hold.unitPriceMinor === unitPriceAt(product, nowMs)) return undefined;
  return {
    code: "price_changed",
    detail: `${state.sku} has another price now than the units of this line; further ones are a line of their own.`,
    field: "quantity",
    values: { sku: state.sku },
  };
}

/** Units that the customer holds and has bought within the sale, without holds that are due. */
function usedAllowance(shelf: Shelf, customer: string): number {
  const allowance = shelf.state.allowances.get(customer);
  if (allowance === undefined) return 0;
  const dueQuantity = shelf.due
    .filter((hold) => hold.customer === customer && hold.limitRound === shelf.state.limitRound)
    .reduce((sum, hold) => sum + hold.quantity, 0);
  return allowance.held + allowance.bought - dueQuantity;
}
