import type { InventoryEvent } from "../../../actors/inventory/messages.ts";
import type { Check } from "../check.ts";

/** The kill switch. */
export const pauses: Check = {
  name: "pauses",
  sentence: "While selling a product is paused, no hold of it begins, and none grows.",
  subject: "pauses",
  begin({ findings }) {
    let paused = new Set<string>();
    return {
      entry(entry, address, { shard, seq }) {
        if (entry.kind !== "inventory") return;
        for (const event of entry.events as readonly InventoryEvent[]) {
          if (event.type === "SellingPaused") {
            findings.checked();
            paused.add(address);
          } else if (event.type === "SellingResumed") paused.delete(address);
          else if (paused.has(address)) {
            const detail = wayPast(event);
            if (detail !== undefined) findings.violation({ address, shard, seq, detail });
          }
        }
      },
      shardEnd() {
        paused = new Set();
      },
    };
  },
};

/** How units were promised although nothing was sold; undefined when none were. */
function wayPast(event: InventoryEvent): string | undefined {
  if (event.type === "HoldPlaced")
    return `hold ${event.holdId} of ${event.quantity} units is placed while selling is paused`;
  if (event.type === "HoldResized" && event.quantity > event.previousQuantity)
    return `hold ${event.holdId} grows from ${event.previousQuantity} to ${event.quantity} units while selling is paused`;
  return undefined;
}
