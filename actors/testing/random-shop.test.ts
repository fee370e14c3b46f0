import { describe, expect, test } from "bun:test";
import type { AnyDecider } from "../../engine/contract/decider.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import type { InventoryView } from "../inventory/messages.ts";
import { limits } from "../limits.ts";
import type { OrderPhase } from "../order/lifecycle.ts";
import { LIFECYCLE, nextPhase } from "../order/lifecycle.ts";
import type { OrderEvent, OrderView } from "../order/messages.ts";
import { shopDeciders } from "../shop.ts";
import { Generator } from "../../engine/contract/testing/generator.ts";
import { assertQuiet, ledgerOf } from "./invariants.ts";
import { RANDOM_SALE_LIMIT, RandomShopper } from "./random-shopper.ts";
import { TestBank } from "./test-bank.ts";
import type { Commands, LoggedEvent } from "./test-shop.ts";
import { TestShop, addressIn } from "./test-shop.ts";

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);
const KINDS = ["inventory", "cart", "order"] as const;

function randomDay(seed: number) {
  const generator = new Generator(seed);
  const shop = new TestShop((count) => generator.below(count));
  const bank = new TestBank(shop, () => generator.pick(["authorised", "authorised", "declined", "lost"]));
  const shopper = new RandomShopper(shop, bank, generator);
  shopper.open();
  for (let step = 0; step < 1_500; step++) shopper.act();
  return { shop, bank, shopper, generator };
}

function deciderOf(kind: keyof Commands): AnyDecider {
  const found = shopDeciders.find((decider) => decider.kind === kind);
  if (found === undefined) throw new Error(`no decider for ${kind}`);
  return found;
}

function fold(decider: AnyDecider, state: unknown, log: readonly LoggedEvent[]): unknown {
  return log.reduce((folded, { event, atMs }) => decider.evolve(folded, event, atMs), state);
}

/** The rows of a read model that the changes add up to. */
function rowsOf(changes: readonly RowChange[], model: string): Map<string, Record<string, unknown>> {
  const rows = new Map<string, Record<string, unknown>>();
  for (const change of changes.filter((candidate) => candidate.model === model)) {
    const row = rows.get(change.id) ?? {};
    rows.set(change.id, Object.assign(row, change.set));
    for (const [column, amount] of Object.entries(change.add ?? {}))
      row[column] = Number(row[column] ?? 0) + amount;
  }
  return rows;
}

describe.each(SEEDS)("a random day with seed %d", (seed) => {
  test("keeps every invariant, settles every command, and ends every hold exactly once", () => {
    const { shop, bank, shopper } = randomDay(seed);
    bank.settleAll();
    assertQuiet(shop, bank);
    expect(shopper.receipts.filter((receipt) => shop.outcomeOf(receipt) === undefined)).toEqual([]);
    shop.advance(2 * limits.holdTtlMs + limits.lastAttemptMs);
    bank.settleAll();
    assertQuiet(shop, bank);
    for (const sku of shop.ids("inventory")) expect(ledgerOf(shop.log("inventory", sku)).holds.size).toBe(0);
    for (const cart of shop.ids("cart"))
      expect(shop.view("cart", cart)).toMatchObject({ lines: [], totalMinor: 0, taxMinor: 0 });
  });

  test("folds to the same bytes from its start and from a snapshot anywhere", () => {
    const { shop, generator } = randomDay(seed);
    for (const kind of KINDS)
      for (const id of shop.ids(kind)) {
        const decider = deciderOf(kind);
        const address = addressIn(kind, id);
        const log = shop.log(kind, id);
        const whole = JSON.stringify(decider.toSnapshot(fold(decider, decider.initial(address), log)));
        expect(whole).toBe(JSON.stringify(shop.snapshot(kind, id)));
        const cut = generator.below(log.length + 1);
        const early = decider.toSnapshot(fold(decider, decider.initial(address), log.slice(0, cut)));
        const restored = decider.fromSnapshot(JSON.parse(JSON.stringify(early)), address);
        const joined = fold(decider, restored, log.slice(cut));
        expect(JSON.stringify(decider.toSnapshot(joined))).toBe(whole);
        expect(decider.dueAtMs(joined)).toBe(decider.dueAtMs(fold(decider, decider.initial(address), log)));
      }
  });

  test("projects to rows that agree with the views", () => {
    const { shop } = randomDay(seed);
    for (const [sku, row] of rowsOf(shop.rowChanges, "stock")) {
      const count = (column: string): number => Number(row[column] ?? 0);
      const onHand = count("received") + count("adjusted") - count("sold") + count("returned");
      const view = shop.view("inventory", sku) as InventoryView;
      expect([sku, onHand - count("held")]).toEqual([sku, view.available]);
      expect(row).toMatchObject({ title: view.title, unit_price_minor: view.unitPriceMinor });
      expect(row["sale_id"]).toBe(view.sale?.id ?? null);
      expect((row["paused_at_ms"] ?? null) !== null).toBe(view.paused);
    }
    for (const [id, row] of rowsOf(shop.rowChanges, "orders")) {
      const view = shop.view("order", id) as OrderView;
      expect(row).toMatchObject({ status: view.status, total_minor: view.totalMinor });
      expect(Number(row["refunded_minor"] ?? 0)).toBe(view.refundedMinor);
      expect(row["refusal_code"]).toBe(view.status === "refused" ? (view.refusal?.code ?? null) : null);
    }
  });

  test("lets no customer past the limit of a sale", () => {
    const { shop } = randomDay(seed);
    for (const sku of shop.ids("inventory")) {
      const { allowances } = shop.snapshot("inventory", sku) as {
        allowances: { held: number; bought: number }[];
      };
      for (const { held, bought } of allowances) expect(held + bought).toBeLessThanOrEqual(RANDOM_SALE_LIMIT);
    }
  });
});

test("the random days meet every transition of an order, and every event of a cart and an inventory", () => {
  const transitions = new Set<string>();
  const events = new Set<string>();
  for (const seed of SEEDS) {
    const { shop } = randomDay(seed);
    for (const kind of ["inventory", "cart"] as const)
      for (const id of shop.ids(kind)) for (const type of shop.history(kind, id)) events.add(type);
    for (const id of shop.ids("order")) {
      let phase: OrderPhase = "new";
      for (const { event } of shop.log("order", id)) {
        const next = nextPhase(phase, event as OrderEvent);
        transitions.add(`${phase} ${event.type} ${next}`);
        phase = next;
      }
    }
  }
  const table = Object.entries(LIFECYCLE).flatMap(([phase, row]) =>
    Object.entries(row).flatMap(([type, targets]) => targets.map((target) => `${phase} ${type} ${target}`)),
  );
  expect([...transitions].sort()).toEqual(table.sort());
  expect([...events].sort()).toEqual([
    "CartOpened",
    "CheckOutConfirmed",
    "CheckOutRefused",
    "CheckedOut",
    "HoldExpired",
    "HoldExtended",
    "HoldPlaced",
    "HoldReleased",
    "HoldResized",
    "HoldSecured",
    "HoldSold",
    "LineExpired",
    "LineExtended",
    "LineHeld",
    "LineLapsed",
    "LineRemoved",
    "ProductListed",
    "QuantityChangeRefused",
    "QuantityChangeRequested",
    "QuantityChanged",
    "SaleSet",
    "SellingPaused",
    "SellingResumed",
    "StockAdjusted",
    "StockReceived",
    "StockReturned",
  ]);
});
