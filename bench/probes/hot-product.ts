/**
 * Decisions per second of one inventory actor in memory, price and stock in one: the ceiling of one product, before any
 * commit. A hold is placed and sold or released again while others are open. Run: bun bench/probes/hot-product.ts
 */
import { inventoryDecider } from "../../actors/inventory/inventory.ts";
import type { InventoryCommand } from "../../actors/inventory/messages.ts";
import type { InventoryState } from "../../actors/inventory/state.ts";
import { parseAddress } from "../../engine/contract/address.ts";
import type { Context } from "../../engine/contract/decider.ts";
import { printTable } from "./table.ts";

const CELL_MS = 1_500;
const OPEN_HOLDS = [10, 1_000, 50_000];

const address = parseAddress("shop/inventory/PROBE");
if (address === undefined) throw new Error("not an address");
const context: Context = { address, nowMs: 1_800_000_000_000, ticket: 0 };

function run(state: InventoryState, command: InventoryCommand): InventoryState {
  const { events } = inventoryDecider.decide(state, command, context);
  let after = state;
  for (const event of events) after = inventoryDecider.evolve(after, event, context.nowMs);
  return after;
}

function stocked(): InventoryState {
  const product = {
    title: "Probe",
    description: "One product that everybody wants.",
    category: "probe",
    unitPriceMinor: 8_900,
    currency: "GBP",
    taxBasisPoints: 2_000,
    sale: {
      id: "drop",
      title: "Drop",
      unitPriceMinor: 5_900,
      startsAtMs: 0,
      endsAtMs: context.nowMs * 2,
      limitPerCustomer: 2,
    },
  };
  const listed = run(inventoryDecider.initial(context.address), { type: "ListProduct", product });
  return run(listed, { type: "ReceiveStock", quantity: 1_000_000 });
}

function hold(index: number): InventoryCommand {
  return { type: "PlaceHold", holdId: `C${index}#1`, customer: `customer-${index}`, quantity: 1, ticket: 1 };
}

const rows = OPEN_HOLDS.map((open) => {
  let state = stocked();
  let next = 0;
  for (; next < open; next += 1) state = run(state, hold(next));
  const startedAtMs = performance.now();
  let decisions = 0;
  while (performance.now() - startedAtMs < CELL_MS) {
    for (let step = 0; step < 100; step += 1) {
      state = run(state, hold(next));
      state = run(state, { type: "ReleaseHold", holdId: `C${next - open}#1` });
      next += 1;
    }
    decisions += 200;
  }
  return [open, (decisions * 1_000) / (performance.now() - startedAtMs)];
});
printTable(["open holds", "decisions/s"], rows);
