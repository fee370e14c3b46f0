import type { Address } from "../../engine/contract/address.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { CartLine } from "./messages.ts";
import type { CartState } from "./state.ts";
import { initialCart, putLine } from "./state.ts";

/** The cart as plain data. Lines keep the order they came in, which a full fold gives as well. */
export type CartSnapshot = {
  readonly customer: string | null;
  readonly currency: string | null;
  readonly lines: readonly (CartLine & { readonly changeTicket: number; readonly lapsed: boolean })[];
  readonly checkingOut: {
    readonly orderId: string;
    readonly ticket: number;
    readonly lines: readonly number[];
  } | null;
  readonly orderCount: number;
  readonly orderIds: readonly string[];
};

/** The state as plain data. */
export function cartToSnapshot(state: CartState): Data {
  const { customer, currency, checkingOut, orderCount, orderIds } = state;
  const snapshot: CartSnapshot = {
    customer,
    currency,
    lines: Array.from(state.lines.values(), (line) => ({ ...line })),
    checkingOut: checkingOut === null ? null : { ...checkingOut },
    orderCount,
    orderIds,
  };
  return snapshot;
}

/** The state that the snapshot was taken of. */
export function cartFromSnapshot(snapshot: Data, address: Address): CartState {
  const { lines, currency, ...rest } = snapshot as CartSnapshot;
  const state = Object.assign(initialCart(address), rest);
  for (const line of lines) putLine(state, { ...line }, currency ?? "");
  return state;
}
