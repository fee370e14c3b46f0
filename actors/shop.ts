import type { AnyDecider } from "../engine/contract/decider.ts";
import { cartDecider } from "./cart/cart.ts";
import { inventoryDecider } from "./inventory/inventory.ts";
import { orderDecider } from "./order/order.ts";
import { queueDecider } from "./queue/queue.ts";

/** All kinds of actors of the shop. */
export const shopDeciders: readonly AnyDecider[] = [
  inventoryDecider,
  cartDecider,
  orderDecider,
  queueDecider,
];
