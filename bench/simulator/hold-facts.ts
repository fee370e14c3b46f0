import type { CartEvent } from "../../actors/cart/messages.ts";
import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import type { ActorEntry } from "../../engine/contract/segment.ts";

/** Which holds and which lines of carts there are, as their events tell: written apart from the actors. */
export class HoldFacts {
  /** Holds that have not ended, with the SKU that has them: `tenant CART#LINE` → SKU. */
  readonly #holds = new Map<string, string>();
  /** Lines in carts, `tenant CART#LINE`. */
  readonly #lines = new Set<string>();

  /** Lines that the newest order of each cart is for: others may come while it is placed. */
  readonly #ordered = new Map<string, readonly string[]>();

  get openCount(): number {
    return this.#holds.size;
  }

  /** Holds that have not ended, for people. */
  *open(): Iterable<string> {
    for (const [hold, sku] of this.#holds) yield `${hold} of ${sku}`;
  }

  /** Holds whose line is in no cart any more. */
  *orphans(): Iterable<string> {
    for (const [hold, sku] of this.#holds) if (!this.#lines.has(hold)) yield `${hold} of ${sku}`;
  }

  follow({ tenant, kind, id, events }: ActorEntry): void {
    if (kind === "inventory") {
      for (const event of events as readonly InventoryEvent[]) this.#hold(tenant, id, event);
    } else if (kind === "cart") {
      for (const event of events as readonly CartEvent[]) this.#line(`${tenant} ${id}`, event);
    }
  }

  #hold(tenant: string, sku: string, event: InventoryEvent): void {
    if (event.type === "HoldPlaced") this.#holds.set(`${tenant} ${event.holdId}`, sku);
    else if (event.type === "HoldReleased" || event.type === "HoldExpired" || event.type === "HoldSold")
      this.#holds.delete(`${tenant} ${event.holdId}`);
  }

  #line(cart: string, event: CartEvent): void {
    if (event.type === "LineHeld") this.#lines.add(`${cart}#${event.line}`);
    else if (event.type === "LineRemoved" || event.type === "LineExpired")
      this.#lines.delete(`${cart}#${event.line}`);
    else if (event.type === "CheckOutRefused")
      for (const line of event.removedLines) this.#lines.delete(`${cart}#${line}`);
    else if (event.type === "CheckedOut") this.#ordered.set(cart, this.#linesOf(cart));
    else if (event.type === "CheckOutConfirmed")
      for (const line of this.#ordered.get(cart) ?? []) this.#lines.delete(line);
  }

  #linesOf(cart: string): readonly string[] {
    return [...this.#lines].filter((line) => line.startsWith(`${cart}#`));
  }
}
