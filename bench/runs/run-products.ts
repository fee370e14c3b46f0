import type { StampedeClient } from "../../gateway/client/client.ts";
import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import { SHELF_PRICE_MINOR, stockShelves } from "../shelves/stock-shelves.ts";
import { BEACON_UNITS } from "../load/beacon.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { Schedule } from "./schedule.ts";

/** The products of a run, none of which any other run has. */
export interface RunProducts {
  /** The most popular first. */
  readonly skus: readonly string[];
  /** One for each generator that times pushes; nobody buys them. */
  readonly beacons: readonly string[];
}

// Clocks differ, and a run may be slow to begin.
const SALE_BEFORE_MS = 60_000;
const SALE_AFTER_MS = 60 * 60 * 1_000;

/** Lists the products of a run and receives their stock. @throws when the shop refuses. */
export async function listProducts(
  operator: StampedeClient,
  { skus, beacons }: RunProducts,
  { scenario, runId }: { readonly scenario: Scenario; readonly runId: string },
  told: (done: number, total: number) => void,
): Promise<void> {
  const total = skus.length + beacons.length;
  const { stock } = scenario.shop;
  const sale = saleOf(scenario, runId, Date.now());
  await stockShelves(operator, skus, { runId, stock, sale, told: (done) => told(done, total) });
  await stockShelves(operator, beacons, {
    runId,
    stock: BEACON_UNITS,
    told: (done) => told(skus.length + done, total),
  });
}

/** The sale that a limit needs, open for as long as the run takes; undefined where there is no limit. */
function saleOf(scenario: Scenario, runId: string, nowMs: number): SaleTerms | undefined {
  const { limitPerCustomer } = scenario.shop;
  if (limitPerCustomer === undefined) return undefined;
  const runMs = new Schedule(scenario).totalSeconds * 1_000;
  return {
    id: `bench-${runId}`,
    title: `Sale of the run ${runId}`,
    unitPriceMinor: SHELF_PRICE_MINOR,
    startsAtMs: nowMs - SALE_BEFORE_MS,
    endsAtMs: Math.ceil(nowMs + runMs) + SALE_AFTER_MS,
    limitPerCustomer,
  };
}
