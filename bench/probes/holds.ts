import type { ActorEntry, SegmentBody } from "../../engine/contract/segment.ts";
import type { InventoryEvent } from "../../actors/inventory/messages.ts";

/** A segment body with `count` holds of as many carts on one product. */
export function holdsBody(count: number): SegmentBody {
  const atMs = Date.now();
  const events = Array.from({ length: count }, (_, index): InventoryEvent => holdPlaced(index, atMs));
  const actor: ActorEntry = { tenant: "shop", kind: "inventory", id: "PROBE", version: 1, events, keys: [] };
  return { atMs, actors: [actor], sent: [], delivered: [], received: [], called: [], answered: [] };
}

/** One event of usual size. */
export function holdPlaced(index: number, atMs: number): InventoryEvent {
  return {
    type: "HoldPlaced",
    holdId: `01a1fc8b-3bc8-701d-a8ff-${String(index).padStart(12, "0")}#1`,
    customer: "01a1fc89-aadc-7747-8ddc-8209e5bc18e3",
    quantity: 1,
    unitPriceMinor: 5_900,
    expiresAtMs: atMs + 600_000,
  };
}
