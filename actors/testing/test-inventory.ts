import type { Decision } from "../../engine/contract/decider.ts";
import { inventoryDecider } from "../inventory/inventory.ts";
import type { InventoryCommand, InventoryEvent, Product } from "../inventory/messages.ts";
import type { InventoryState } from "../inventory/state.ts";
import { product } from "./products.ts";
import { SingleActor } from "./single-actor.ts";
import { addressIn } from "./test-shop.ts";

/** The inventory of MUG on its own, listed and filled. */
export class TestInventory extends SingleActor<InventoryState, InventoryCommand, InventoryEvent> {
  constructor(quantity: number, terms: Partial<Product> = {}) {
    super(inventoryDecider, addressIn("inventory", "MUG"));
    this.list(terms);
    if (quantity > 0) this.run({ type: "ReceiveStock", quantity });
  }

  /** Lists the product on the test's terms. */
  list(terms: Partial<Product>): Decision<InventoryEvent> {
    return this.run({ type: "ListProduct", product: product(terms) });
  }

  /** Asks for a hold; ann's at the shop's price when left out. */
  hold(
    holdId: string,
    quantity: number,
    terms: { readonly customer?: string; readonly unitPriceMinor?: number } = {},
  ): Decision<InventoryEvent> {
    return this.run({ type: "PlaceHold", holdId, customer: "ann", quantity, ticket: 7, ...terms });
  }

  /** Sells a hold. */
  sell(holdId: string): Decision<InventoryEvent> {
    return this.run({ type: "SellHold", holdId, orderId: "o~1", line: 1 });
  }
}

/** The last command that the decision sends. */
export function answerOf(decision: Decision<InventoryEvent>): unknown {
  return decision.messages?.at(-1)?.command;
}

/** Types of the decision's events. */
export function typesOf(decision: Decision<InventoryEvent>): string[] {
  return decision.events.map(({ type }) => type);
}
