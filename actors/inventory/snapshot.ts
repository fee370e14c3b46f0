import type { Address } from "../../engine/contract/address.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { Product } from "./messages.ts";
import type { InventoryState, Pause } from "./state.ts";
import { initialInventory } from "./state.ts";

/** The inventory as plain data. Holds and customers keep the order they came in, which a full fold gives as well. */
export type InventorySnapshot = {
  readonly product: Product | null;
  readonly received: number;
  readonly adjusted: number;
  readonly sold: number;
  readonly returned: number;
  readonly limitRound: number;
  readonly holds: readonly {
    readonly holdId: string;
    readonly customer: string;
    readonly quantity: number;
    readonly unitPriceMinor: number;
    readonly expiresAtMs: number;
    readonly extended: boolean;
    readonly limitRound: number;
    /** Only when it is another time than `expiresAtMs`: an order has secured the hold. */
    readonly ownExpiresAtMs?: number;
  }[];
  readonly allowances: readonly {
    readonly customer: string;
    readonly held: number;
    readonly bought: number;
  }[];
  /** Only while selling is paused. */
  readonly pause?: Pause;
};

/** The state as plain data. */
export function inventoryToSnapshot(state: InventoryState): Data {
  const { product, pause, received, adjusted, sold, returned, limitRound } = state;
  const snapshot: InventorySnapshot = {
    product,
    received,
    adjusted,
    sold,
    returned,
    limitRound,
    holds: [...state.holds.values()].map(({ heapIndex: _heapIndex, ownExpiresAtMs, ...hold }) =>
      ownExpiresAtMs === hold.expiresAtMs ? hold : { ...hold, ownExpiresAtMs },
    ),
    allowances: [...state.allowances].map(([customer, { held, bought }]) => ({ customer, held, bought })),
    ...(pause === null ? {} : { pause }),
  };
  return snapshot;
}

/** The state that the snapshot was taken of. */
export function inventoryFromSnapshot(snapshot: Data, address: Address): InventoryState {
  const { holds, allowances, ...counts } = snapshot as InventorySnapshot;
  const state = Object.assign(initialInventory(address), counts);
  for (const stored of holds) {
    const hold = { ownExpiresAtMs: stored.expiresAtMs, ...stored, heapIndex: -1 };
    state.holds.set(hold.holdId, hold);
    state.expiries.add(hold);
    state.held += hold.quantity;
  }
  for (const { customer, held, bought } of allowances) state.allowances.set(customer, { held, bought });
  return state;
}
