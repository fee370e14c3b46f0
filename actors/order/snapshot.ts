import type { Address } from "../../engine/contract/address.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import type { OrderPhase } from "./lifecycle.ts";
import type { OrderedLine } from "./messages.ts";
import type { LineFate, OrderState } from "./state.ts";
import { initialOrder, totalsOf } from "./state.ts";

/** The order as plain data. Lines and returns keep the order they came in, which a full fold gives as well. */
export type OrderSnapshot = {
  readonly phase: OrderPhase;
  readonly customer: string;
  readonly currency: string;
  readonly placedAtMs: number;
  readonly checkOutTicket: number;
  readonly paymentToken: string | null;
  readonly lines: readonly (OrderedLine & {
    readonly fate: LineFate;
    readonly securedUntilMs: number | null;
    readonly returnedQuantity: number;
  })[];
  readonly refundedMinor: number;
  readonly refusal: RefusalData | null;
  readonly awaited: number;
  readonly returns: readonly {
    readonly ticket: number;
    readonly refundMinor: number;
    readonly refunded: boolean;
    readonly restocking: readonly number[];
  }[];
};

type RefusalData = { readonly [Field in keyof Refusal]: Refusal[Field] };

/** The state as plain data. */
export function orderToSnapshot(state: OrderState): Data {
  const snapshot: OrderSnapshot = {
    phase: state.phase,
    customer: state.customer,
    currency: state.currency,
    placedAtMs: state.placedAtMs,
    checkOutTicket: state.checkOutTicket,
    paymentToken: state.paymentToken,
    lines: state.lines.map((line) => ({ ...line })),
    refundedMinor: state.refundedMinor,
    refusal: state.refusal,
    awaited: state.awaited,
    returns: Array.from(state.returns.values(), (open) => ({ ...open, restocking: [...open.restocking] })),
  };
  return snapshot;
}

/** The state that the snapshot was taken of. */
export function orderFromSnapshot(snapshot: Data, address: Address): OrderState {
  const { lines, returns, ...rest } = snapshot as OrderSnapshot;
  const state = Object.assign(initialOrder(address), rest, totalsOf(lines));
  for (const line of lines) state.lines.push({ ...line });
  for (const open of returns)
    state.returns.set(open.ticket, { ...open, restocking: new Set(open.restocking) });
  return state;
}
