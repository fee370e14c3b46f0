import type { RetailLedger } from "../retail/retail-ledger.ts";
import { Mismatches } from "./mismatches.ts";
import type { RunIds } from "./run-ids.ts";
import type { RunFigures, StockFigures } from "./shop-ledger.ts";

/** What the shop's database said before and after a file was played. */
export interface ShopEvidence {
  readonly before: ReadonlyMap<string, StockFigures>;
  readonly after: ReadonlyMap<string, StockFigures>;
  readonly run: RunFigures;
}

const NO_STOCK: StockFigures = { received: 0, sold: 0, returned: 0, onHand: 0, available: 0 };

/**
 * Compares the shop with the file, unit by unit and penny by penny. Per SKU, what the run's orders hold and how sold,
 * returned and on-hand stock changed since the run began; per customer, what was ordered and what was refunded, and so what
 * is left. Nobody
 * else may trade these SKUs meanwhile: it would show as a mismatch, never as an agreement.
 */
export function reconcile(ledger: RetailLedger, ids: RunIds, evidence: ShopEvidence): Mismatches {
  const mismatches = new Mismatches();
  for (const [sku, { sold, returned }] of ledger.skus) {
    const before = evidence.before.get(sku) ?? NO_STOCK;
    const after = evidence.after.get(sku) ?? NO_STOCK;
    const compare = (what: string, shop: number, file: number): void => {
      if (shop !== file) mismatches.add(`SKU ${sku}: ${what} ${shop} in the shop, ${file} by the file`);
    };
    compare("units in orders", evidence.run.unitsBySku.get(sku) ?? 0, sold);
    compare("sold", after.sold - before.sold, sold);
    compare("returned", after.returned - before.returned, returned);
    compare("on hand", after.onHand, before.onHand - sold + returned);
  }
  for (const sku of evidence.run.unitsBySku.keys()) {
    if (!ledger.skus.has(sku))
      mismatches.add(`SKU ${sku}: in orders of this run, but the file does not sell it`);
  }
  reconcileCustomers(ledger, ids, evidence.run, mismatches);
  return mismatches;
}

function reconcileCustomers(
  ledger: RetailLedger,
  ids: RunIds,
  run: RunFigures,
  mismatches: Mismatches,
): void {
  const expectedCustomers = new Set<string>();
  for (const [customer, expected] of ledger.customers) {
    const id = ids.customer(customer);
    expectedCustomers.add(id);
    const shop = run.customers.get(id) ?? { orderedMinor: 0, refundedMinor: 0 };
    const compare = (what: string, shopMinor: number, fileMinor: number): void => {
      if (shopMinor !== fileMinor) {
        mismatches.add(
          `customer ${customer}: ${what} ${pounds(shopMinor)} in the shop, ${pounds(fileMinor)} by the file`,
        );
      }
    };
    compare("ordered", shop.orderedMinor, expected.orderedMinor);
    compare("refunded", shop.refundedMinor, expected.refundedMinor);
  }
  for (const id of run.customers.keys()) {
    if (!expectedCustomers.has(id))
      mismatches.add(`customer ${id}: has orders of this run, but is not in the file`);
  }
}

function pounds(amountMinor: number): string {
  const sign = amountMinor < 0 ? "-" : "";
  const digits = String(Math.abs(amountMinor)).padStart(3, "0");
  return `${sign}£${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
