import { expect, test } from "bun:test";
import type { Unmatched } from "../engine/contract/testing/places.ts";
import { sameAsGolden } from "../engine/contract/testing/places.ts";
import type { CartCommand, CartEvent } from "./cart/messages.ts";
import type { CartSnapshot } from "./cart/snapshot.ts";
import cart from "./golden/cart-2.shapes.json" with { type: "json" };
import inventory from "./golden/inventory-4.shapes.json" with { type: "json" };
import order from "./golden/order-1.shapes.json" with { type: "json" };
import queue from "./golden/queue-1.shapes.json" with { type: "json" };
import type { InventoryCommand, InventoryEvent } from "./inventory/messages.ts";
import type { InventorySnapshot } from "./inventory/snapshot.ts";
import type { OrderCommand, OrderEvent, PaymentRequest } from "./order/messages.ts";
import type { OrderSnapshot } from "./order/snapshot.ts";
import type { QueueCommand, QueueEvent } from "./queue/messages.ts";
import type { QueueSnapshot } from "./queue/snapshot.ts";
import { shopDeciders } from "./shop.ts";
import type { CountedPlaces } from "./testing/counted-part.ts";

// A type that differs from its golden file does not compile here. Its kind needs a new version: docs/event-versions.md has
// the steps, and the last one is to import the file of the new version above.
test("the compiler finds every event, command, request and snapshot in the golden file of its kind", () => {
  sameAsGolden<Unmatched<keyof typeof inventory.events, CountedPlaces<InventoryEvent>>>();
  sameAsGolden<Unmatched<keyof typeof inventory.commands, CountedPlaces<InventoryCommand>>>();
  sameAsGolden<Unmatched<keyof typeof inventory.snapshot, CountedPlaces<InventorySnapshot>>>();
  sameAsGolden<Unmatched<keyof typeof cart.events, CountedPlaces<CartEvent>>>();
  sameAsGolden<Unmatched<keyof typeof cart.commands, CountedPlaces<CartCommand>>>();
  sameAsGolden<Unmatched<keyof typeof cart.snapshot, CountedPlaces<CartSnapshot>>>();
  sameAsGolden<Unmatched<keyof typeof order.events, CountedPlaces<OrderEvent>>>();
  sameAsGolden<Unmatched<keyof typeof order.commands, CountedPlaces<OrderCommand>>>();
  sameAsGolden<Unmatched<keyof typeof order.snapshot, CountedPlaces<OrderSnapshot>>>();
  sameAsGolden<Unmatched<keyof typeof order.requests, CountedPlaces<PaymentRequest>>>();
  sameAsGolden<Unmatched<keyof typeof queue.events, CountedPlaces<QueueEvent>>>();
  sameAsGolden<Unmatched<keyof typeof queue.commands, CountedPlaces<QueueCommand>>>();
  sameAsGolden<Unmatched<keyof typeof queue.snapshot, CountedPlaces<QueueSnapshot>>>();
  expect([inventory.requests, cart.requests, queue.requests]).toEqual([{}, {}, {}]);
});

test("the golden files above are those of the newest versions", async () => {
  const source = await Bun.file(import.meta.path).text();
  for (const { kind, version } of shopDeciders)
    expect(source).toContain(`import ${kind} from "./golden/${kind}-${version}.shapes.json"`);
});
