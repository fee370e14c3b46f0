import type { Data } from "../../engine/contract/data.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import type { CartCommand } from "../cart/messages.ts";
import type { InventoryCommand, InventoryEvent, Turn } from "../inventory/messages.ts";
import type { InventorySnapshot } from "../inventory/snapshot.ts";
import type { OrderCommand, OrderEvent } from "../order/messages.ts";
import type { OrderSnapshot } from "../order/snapshot.ts";
import { product, sale } from "./products.ts";
import type { Commands } from "./test-shop.ts";

/*
 * What random days do not show, or show in part only: fields that are mostly left out. The compiler says when one is missing
 * here, since the golden files then have fewer places than the types.
 */

const BARE: Refusal = { code: "sold_out", detail: "None is left." };
const FULL: Refusal = { ...BARE, field: "quantity", retryAfterMs: 50 };

const { sale: _sale, ...silentOnSales } = product();

const turn: Turn = { sale: "drop", number: 7 };
const roomed = sale(1, { waitingRoom: true });

const inventory: readonly InventoryCommand[] = [
  { type: "PlaceHold", holdId: "c1#1", customer: "ann", quantity: 1, unitPriceMinor: 5, ticket: 1 },
  { type: "PlaceHold", holdId: "c1#1", customer: "ann", quantity: 1, turn, ticket: 1 },
  { type: "ListProduct", product: silentOnSales },
  { type: "ListProduct", product: product({ sale: roomed }) },
  { type: "SetSale", sale: roomed },
  { type: "WakeUp" },
];

const held = { holdId: "c1#1", quantity: 2 };
const inventoryEvents: readonly InventoryEvent[] = [
  { type: "ProductListed", product: product({ sale: roomed }) },
  { type: "SaleSet", sale: roomed },
  { type: "HoldPlaced", ...held, customer: "ann", unitPriceMinor: 5, expiresAtMs: 1, turn },
  { type: "HoldResized", ...held, previousQuantity: 1, turn },
];

const inventorySnapshot: InventorySnapshot = {
  product: product({ sale: roomed }),
  received: 0,
  adjusted: 0,
  sold: 0,
  returned: 0,
  limitRound: 0,
  holds: [],
  allowances: [],
};

const cart: readonly CartCommand[] = [
  { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1, turn },
  { type: "ChangeQuantity", line: 1, quantity: 2, turn },
  { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1, unitPriceMinor: 5 },
  ...[BARE, FULL].flatMap((refusal): readonly CartCommand[] => [
    { type: "HoldAnswered", holdId: "c1#1", ticket: 1, answer: { type: "refused", refusal } },
    { type: "ExtensionAnswered", holdId: "c1#1", ticket: 1, answer: { type: "refused", refusal } },
    {
      type: "OrderEnded",
      orderId: "c1~1",
      ticket: 1,
      answer: {
        type: "refused",
        refusal,
        lostLines: [1],
        securedLines: [{ line: 1, holdExpiresAtMs: 1 }],
      },
    },
  ]),
  { type: "WakeUp" },
];

const order: readonly OrderCommand[] = [
  ...[BARE, FULL].map((refusal): OrderCommand => ({ type: "LineUnavailable", line: 1, refusal })),
  { type: "WakeUp" },
];

const orderEvents: readonly OrderEvent[] = [BARE, FULL].flatMap((refusal): readonly OrderEvent[] => [
  { type: "LineLost", line: 1, refusal },
  { type: "OrderRefused", refusal },
]);

const orderSnapshots = [BARE, FULL].map((refusal): OrderSnapshot => {
  const { code, detail, ...rest } = refusal;
  return {
    phase: "refused",
    customer: "ann",
    currency: "GBP",
    placedAtMs: 1,
    checkOutTicket: 1,
    paymentToken: null,
    lines: [],
    refundedMinor: 0,
    refusal: { code, detail, ...rest },
    awaited: 0,
    returns: [{ ticket: 1, refundMinor: 1, refunded: false, restocking: [1] }],
  };
});

/** Commands of a kind that are rare. */
export function rareCommands(kind: keyof Commands): readonly Typed[] {
  return { inventory, cart, order, queue: [{ type: "WakeUp" }] }[kind];
}

/** Events of a kind that are rare. */
export function rareEvents(kind: keyof Commands): readonly Typed[] {
  return { inventory: inventoryEvents, cart: [], order: orderEvents, queue: [] }[kind];
}

/** Snapshots of a kind that are rare. */
export function rareSnapshots(kind: keyof Commands): readonly Data[] {
  return { inventory: [inventorySnapshot], cart: [], order: orderSnapshots, queue: [] }[kind];
}
