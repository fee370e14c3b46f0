import { affinityKey, type ActorId, type Tenant } from "../../../engine/contract/address.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import type { InventoryCommand, InventoryEvent } from "../../../actors/inventory/messages.ts";
import type { Check } from "../check.ts";
import type { Violation } from "../findings.ts";
import { cartOfHold } from "../hold-id.ts";

/** Isolation: a shop's stock, carts and orders deal with each other only. */
export const tenants: Check = {
  name: "tenants",
  sentence:
    "Every hold names a cart of the same tenant, and every message to stock comes from that cart's shard.",
  subject: "holds and messages",
  begin({ findings, facts, shardCount }) {
    const firstMention = new Map<string, Violation>();
    return {
      segment({ shard, seq, body }) {
        for (const message of body.sent) {
          if (message.kind !== "inventory") continue;
          findings.checked();
          const cart = cartOfCommand(message.command as InventoryCommand);
          if (cart === undefined) continue;
          const home = shardOf({ tenant: message.tenant as Tenant, id: cart as ActorId }, shardCount);
          if (home === shard) continue;
          const address = `${message.tenant}/inventory/${message.id}`;
          const detail = `a message for cart ${cart} comes from shard ${shard}; the tenant has that cart in ${home}`;
          findings.violation({ address, shard, seq, detail });
        }
      },
      entry(entry, address, { shard, seq }) {
        if (entry.kind !== "inventory") return;
        for (const event of entry.events as readonly InventoryEvent[]) {
          if (event.type !== "HoldPlaced") continue;
          findings.checked();
          const cart = `${entry.tenant}/cart/${cartOfHold(event.holdId)}`;
          if (facts.carts.has(cart) || firstMention.has(cart)) continue;
          firstMention.set(cart, {
            address,
            shard,
            seq,
            detail: `a hold names ${cart}, which does not exist`,
          });
        }
      },
      end() {
        for (const [cart, violation] of firstMention) {
          if (!facts.carts.has(cart)) findings.violation(violation);
        }
      },
    };
  },
};

/** The cart for which a command to stock is sent; undefined for an operator's. */
function cartOfCommand(command: InventoryCommand): string | undefined {
  if ("holdId" in command) return cartOfHold(command.holdId);
  return "orderId" in command ? affinityKey(command.orderId) : undefined;
}
