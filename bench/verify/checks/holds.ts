import { affinityKey } from "../../../engine/contract/address.ts";
import type { InventoryEvent } from "../../../actors/inventory/messages.ts";
import type { Check } from "../check.ts";
import { cartOfHold } from "../hold-id.ts";

/** How a hold ended; an open hold is remembered by its quantity instead, which is never negative. */
const RELEASED = -1;
const EXPIRED = -2;
const SOLD = -3;
const endingNames = new Map([
  [RELEASED, "released"],
  [EXPIRED, "expired"],
  [SOLD, "sold"],
]);

/** The holds of one SKU: a number each, since a hot SKU has millions of them. */
interface Shelf {
  readonly holds: Map<string, number>;
  /** Open holds that were prolonged: few of them are. */
  readonly prolonged: Map<string, Prolonged>;
  /** Carts whose order brought units back: such a cart may hold the same line again. */
  readonly returnedCarts: Set<string>;
}

/** An open hold that was prolonged. Its two times are the same until an order has secured it. */
interface Prolonged {
  readonly isExtended: boolean;
  readonly ownExpiresAtMs: number;
  readonly expiresAtMs: number;
}

/** The life of a hold. */
export const holds: Check = {
  name: "holds",
  sentence:
    "Each hold ends at most once: sold, released or expired, with the quantity that it had; its shopper prolongs it at most once, and so do orders.",
  subject: "holds",
  begin({ findings }) {
    let shelves = new Map<string, Shelf>();
    return {
      entry(entry, address, { shard, seq }) {
        if (entry.kind !== "inventory") return;
        const shelf = shelves.get(address) ?? {
          holds: new Map(),
          prolonged: new Map(),
          returnedCarts: new Set(),
        };
        shelves.set(address, shelf);
        for (const event of entry.events as readonly InventoryEvent[]) {
          if (event.type === "HoldPlaced") findings.checked();
          const detail = follow(shelf, event);
          if (detail !== undefined) findings.violation({ address, shard, seq, detail });
        }
      },
      shardEnd() {
        for (const { holds: byId } of shelves.values()) {
          for (const quantity of byId.values()) if (quantity >= 0) findings.open();
        }
        shelves = new Map();
      },
    };
  },
};

/** Carries the event into the shelf. Returns what is wrong with it. */
function follow(shelf: Shelf, event: InventoryEvent): string | undefined {
  switch (event.type) {
    case "ProductListed":
    case "SaleSet":
    case "SellingPaused":
    case "SellingResumed":
    case "StockReceived":
    case "StockAdjusted":
      return undefined;
    case "StockReturned":
      shelf.returnedCarts.add(affinityKey(event.orderId));
      return undefined;
    case "HoldPlaced":
      return place(shelf, event.holdId, event.quantity);
    case "HoldResized":
      return touch(shelf, event.holdId, event.previousQuantity, event.quantity, "resized");
    case "HoldExtended":
      return extend(shelf, event);
    case "HoldSecured":
      return secure(shelf, event);
    case "HoldReleased":
      return touch(shelf, event.holdId, event.quantity, RELEASED, "released");
    case "HoldExpired":
      return touch(shelf, event.holdId, event.quantity, EXPIRED, "expired");
    case "HoldSold":
      return touch(shelf, event.holdId, event.quantity, SOLD, "sold");
  }
}

function place(shelf: Shelf, holdId: string, quantity: number): string | undefined {
  const before = shelf.holds.get(holdId);
  shelf.holds.set(holdId, quantity);
  if (before === undefined || before === RELEASED || before === EXPIRED) return undefined;
  if (before === SOLD && shelf.returnedCarts.has(cartOfHold(holdId))) return undefined;
  return `hold ${holdId} is placed again while it is ${endingNames.get(before) ?? "open"}`;
}

function extend(shelf: Shelf, event: Extract<InventoryEvent, { type: "HoldExtended" }>): string | undefined {
  const { holdId, expiresAtMs } = event;
  if (!isOpen(shelf, holdId)) return complain(shelf, holdId, "extended");
  const before = shelf.prolonged.get(holdId);
  shelf.prolonged.set(holdId, { isExtended: true, ownExpiresAtMs: expiresAtMs, expiresAtMs });
  return before?.isExtended === true ? `hold ${holdId} is extended a second time` : undefined;
}

function secure(shelf: Shelf, event: Extract<InventoryEvent, { type: "HoldSecured" }>): string | undefined {
  const { holdId, ownExpiresAtMs, expiresAtMs } = event;
  if (!isOpen(shelf, holdId)) return complain(shelf, holdId, "secured");
  const before = shelf.prolonged.get(holdId);
  shelf.prolonged.set(holdId, { isExtended: before?.isExtended ?? false, ownExpiresAtMs, expiresAtMs });
  // Orders of version 1 have made all that they secured the hold's own time.
  if (before === undefined || ownExpiresAtMs === expiresAtMs) return undefined;
  const isSecured = before.expiresAtMs > before.ownExpiresAtMs;
  const isLonger = ownExpiresAtMs > before.ownExpiresAtMs || (isSecured && expiresAtMs > before.expiresAtMs);
  return isLonger ? `hold ${holdId} is prolonged by orders a second time` : undefined;
}

/** Gives an open hold of `quantity` units its next quantity or its ending. */
function touch(
  shelf: Shelf,
  holdId: string,
  quantity: number,
  next: number,
  what: string,
): string | undefined {
  const before = shelf.holds.get(holdId);
  if (!isOpen(shelf, holdId)) return complain(shelf, holdId, what);
  shelf.holds.set(holdId, next);
  if (next < 0) shelf.prolonged.delete(holdId);
  return before === quantity ? undefined : `hold ${holdId} of ${before} units is ${what} with ${quantity}`;
}

function isOpen(shelf: Shelf, holdId: string): boolean {
  return (shelf.holds.get(holdId) ?? RELEASED) >= 0;
}

function complain(shelf: Shelf, holdId: string, what: string): string {
  const before = shelf.holds.get(holdId);
  return before === undefined
    ? `hold ${holdId} is ${what}, but was never placed`
    : `hold ${holdId} is ${what} after it was ${endingNames.get(before)}`;
}
