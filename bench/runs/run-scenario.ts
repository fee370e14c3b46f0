import { socketUrl } from "../../gateway/client/options.ts";
import { cpuUnknownBecause } from "../machine/cpu-time.ts";
import { shelvesLeft, skusOf } from "../shelves/run-shelves.ts";
import { markJournal } from "../promises/reconcile.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import { beaconsOf, Generators } from "../load/generators.ts";
import type { RecordedDay } from "../load/recorded-day.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { BenchShop } from "./bench-shop.ts";
import { compareJournal, type JournalBefore } from "./compare-journal.ts";
import { thisMachine } from "../machine/machine.ts";
import { listProducts, type RunProducts } from "./run-products.ts";
import type { RunReconciliation, RunResult } from "./run-result.ts";
import type { RunWatch } from "./run-stage.ts";
import { runVisitors, type OpenGenerators, type Visit } from "./run-visitors.ts";
import { StockWatch } from "./stock-watch.ts";
import { checkThresholds } from "./thresholds.ts";

/** What a run does. */
export interface RunPlan {
  /** Names this run's products (`bench-RUNID-1`, …) and idempotency keys. */
  readonly runId: string;
  readonly seed: number;
  readonly scenario: Scenario;
  /** Processes that the visitors come from. */
  readonly generators: number;
  /** Version of Stampede. */
  readonly version: string;
  /** The day that visitors play; undefined unless arrivals are recorded. */
  readonly recorded?: RecordedDay | undefined;
}

/**
 * Runs a scenario: lists new products, has visitors come, measures what they see, and compares what they were told with the
 * journal.
 * @throws when the shop cannot be prepared, a generator fails, or the journal of a shop that is there cannot be read;
 * {Interrupted} when it is told to end before the first visitor came.
 */
export async function runScenario(
  shop: BenchShop,
  plan: RunPlan,
  watch: RunWatch,
  openGenerators: OpenGenerators = (load, events) => Generators.open(load, events),
): Promise<RunResult> {
  const { runId, seed, generators, version, recorded } = plan;
  const scenario = asPlayed(plan.scenario, recorded);
  const { signal = new AbortController().signal } = watch;
  const mark = await markJournal(shop.journal);
  const load = { scenario, runId, seed, generators, socketUrl: socketUrl(shop.url) };
  const skus = recorded?.skus ?? skusOf({ runId, skus: scenario.shop.skus });
  const products = { skus, beacons: beaconsOf(load) };
  const listed = listProducts(shop.operator, products, plan, (done, total) =>
    watch.stage?.("listing products", done, total),
  );
  await unlessInterrupted(signal, listed, shelvesLeft(runId));
  // What the products take is none of the orders' business.
  const before = { mark, bytes: await shop.journalBytes() };
  const stock = new StockWatch(shop.operator, skus[0] ?? "");
  const surroundings = { processes: shop.processes, available: () => stock.available };
  const visit = await runVisitors(
    { ...load, skus, recorded: recorded?.baskets ?? [] },
    openGenerators,
    surroundings,
    watch,
  ).finally(() => stock.end());
  watch.stage?.("comparing with the journal");
  const reconciliation = await comparison(shop, before, products, visit);
  const { whole, phases, timeline, saturation, interrupted, shopWentAway } = visit;
  const measured = { whole, phases, reconciliation };
  return {
    format: 1,
    runId,
    seed,
    startedAt: new Date(visit.startAtMs).toISOString(),
    version,
    machine: thisMachine(),
    url: shop.url,
    scenario,
    generators,
    interrupted,
    shopWentAway,
    cpuUnknownBecause: cpuUnknownBecause(shop.processes),
    ...measured,
    timeline,
    saturation,
    thresholds: checkThresholds(scenario.thresholds, measured),
  };
}

/** With the day that is played: another one is another scenario. */
function asPlayed(scenario: Scenario, recorded: RecordedDay | undefined): Scenario {
  const { arrivals } = scenario;
  if (recorded === undefined || arrivals.kind !== "recorded") return scenario;
  return { ...scenario, arrivals: { ...arrivals, day: recorded.day } };
}

/** A shop that goes away may take its database along: what was measured counts all the same. */
async function comparison(
  shop: BenchShop,
  before: JournalBefore,
  { skus }: RunProducts,
  { acknowledged, unanswered, shopWentAway }: Visit,
): Promise<RunReconciliation | null> {
  try {
    return await compareJournal(shop, before, { skus, acknowledged }, unanswered);
  } catch (error) {
    if (shopWentAway) return null;
    throw error;
  }
}
