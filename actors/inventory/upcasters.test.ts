import { expect, test } from "bun:test";
import type { Typed } from "../../engine/contract/decider.ts";
import { limits } from "../limits.ts";
import { product } from "../testing/products.ts";
import { addressIn } from "../testing/test-shop.ts";
import { inventoryDecider } from "./inventory.ts";
import type { InventoryEvent } from "./messages.ts";
import type { InventoryState } from "./state.ts";
import { inventoryUpcasters } from "./upcasters.ts";

const address = addressIn("inventory", "MUG");
const [from1To2] = inventoryUpcasters;
const beganAtMs = 1_700_000_000_000;
const securedUntilMs = beganAtMs + limits.holdTtlMs + 30 * 60_000;

type Stored = Typed & { readonly [field: string]: unknown };

/** A hold that two orders of version 1 have secured, each anew. */
const storedBy1: readonly Stored[] = [
  { type: "ProductListed", product: product({}) },
  { type: "StockReceived", quantity: 5 },
  {
    type: "HoldPlaced",
    holdId: "c1#1",
    customer: "ann",
    quantity: 2,
    unitPriceMinor: 1200,
    expiresAtMs: beganAtMs + limits.holdTtlMs,
  },
  { type: "HoldSecured", holdId: "c1#1", orderId: "c1~1", expiresAtMs: securedUntilMs - 15 * 60_000 },
  { type: "HoldSecured", holdId: "c1#1", orderId: "c1~2", expiresAtMs: securedUntilMs },
];

function folded(): InventoryState {
  let state = inventoryDecider.initial(address);
  for (const event of storedBy1.flatMap((stored) => from1To2?.event?.(stored) ?? []))
    state = inventoryDecider.evolve(state, event as InventoryEvent, beganAtMs);
  return state;
}

test("what version 1 has secured is the hold's own time, in its events as in its snapshots", () => {
  const [hold] = folded().holds.values();
  expect(hold).toMatchObject({ expiresAtMs: securedUntilMs, ownExpiresAtMs: securedUntilMs });
  const snapshotOf1 = {
    product: product({}),
    received: 5,
    adjusted: 0,
    sold: 0,
    returned: 0,
    limitRound: 0,
    holds: [
      {
        holdId: "c1#1",
        customer: "ann",
        quantity: 2,
        unitPriceMinor: 1200,
        expiresAtMs: securedUntilMs,
        extended: false,
        limitRound: 0,
      },
    ],
    allowances: [],
  };
  expect(inventoryDecider.toSnapshot(folded())).toEqual(snapshotOf1);
  expect(inventoryDecider.fromSnapshot(snapshotOf1, address)).toEqual(folded());
});

test("a hold that version 1 has secured is kept for one last attempt more, and no longer", () => {
  let state = folded();
  const expiresAtMs = securedUntilMs + limits.lastAttemptMs;
  for (const orderId of ["c1~3", "c1~4"]) {
    const line = { orderId, line: 1, customer: "ann", quantity: 2, unitPriceMinor: 1200 };
    const context = { address, nowMs: securedUntilMs - 1, ticket: 0 };
    const { events } = inventoryDecider.decide(
      state,
      { type: "SecureHold", holdId: "c1#1", ...line },
      context,
    );
    for (const event of events) state = inventoryDecider.evolve(state, event, context.nowMs);
    expect(inventoryDecider.dueAtMs(state)).toBe(expiresAtMs);
  }
});
