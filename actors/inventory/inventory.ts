import type { Decider } from "../../engine/contract/decider.ts";
import { decideInventory } from "./decide.ts";
import { evolveInventory } from "./evolve.ts";
import type { InventoryCommand, InventoryEvent } from "./messages.ts";
import { projectInventory } from "./project.ts";
import { inventoryFromSnapshot, inventoryToSnapshot } from "./snapshot.ts";
import type { InventoryState } from "./state.ts";
import { initialInventory } from "./state.ts";
import { inventoryUpcasters } from "./upcasters.ts";
import { viewInventory } from "./view.ts";

/** The kind `inventory`: the stock, the price and the holds of one SKU. */
export const inventoryDecider: Decider<InventoryState, InventoryCommand, InventoryEvent> = {
  kind: "inventory",
  version: 4,
  upcasters: inventoryUpcasters,
  initial: initialInventory,
  decide: decideInventory,
  evolve: evolveInventory,
  dueAtMs: (state) => state.expiries.earliestMs(),
  wakeUp: { type: "WakeUp" },
  view: viewInventory,
  toSnapshot: inventoryToSnapshot,
  fromSnapshot: inventoryFromSnapshot,
  project: projectInventory,
};
