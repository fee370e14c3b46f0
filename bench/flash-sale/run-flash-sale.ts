import type { AnyDecider } from "../../engine/contract/decider.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import type { ReadableJournal } from "../verify/verify-journal.ts";
import {
  cpuTimeBetween,
  cpuUnknownBecause,
  readCpuTime,
  type CpuTime,
  type MeasuredProcesses,
} from "../machine/cpu-time.ts";
import { ShopperCrowd } from "./crowd.ts";
import { flashSaleReport, type FlashSaleReport, type Measurement } from "./flash-sale-report.ts";
import { shelvesLeft, skusOf } from "../shelves/run-shelves.ts";
import type { FlashSalePlan } from "./plan.ts";
import {
  markJournal,
  reconcile,
  type JournalMark,
  type Reconciliation,
  type Run,
} from "../promises/reconcile.ts";
import { stockShelves } from "../shelves/stock-shelves.ts";
import { Tally } from "./tally.ts";

/** The shop that a flash sale is run against. */
export interface FlashSaleShop {
  /** `http://host:port` of the shop. */
  readonly url: string;
  readonly tenant: string;
  /** A connection that may list products. */
  readonly operator: StampedeClient;
  /** The shop's journal, to compare with at the end. */
  readonly journal: ReadableJournal;
  readonly deciders: readonly AnyDecider[];
  readonly processes: MeasuredProcesses;
}

/** Follows a run from outside. */
export interface FlashSaleWatch {
  /** Ends the run early; what was measured so far counts. */
  readonly signal?: AbortSignal;
  /** Called every {@link WATCH_MS} with the number of orders that were acknowledged so far; before them with what is ready. */
  readonly progress?: (stage: FlashSaleStage, done: number, total: number | undefined) => void;
}

/** What a run is doing. */
export type FlashSaleStage =
  "listing products" | "opening sockets" | "warming up" | "selling" | "finishing" | "reconciling";

const WATCH_MS = 250;
// What is under way when the time is over gets this long to end; then it counts as unanswered.
const FINISH_MS_MAX = 15_000;

/**
 * Runs a flash sale: lists new products, lets a crowd buy them in closed loops, and compares what the crowd was told
 * with the journal.
 * @throws when the shop cannot be prepared or the crowd cannot connect; {Interrupted} when it is told to end before that.
 */
export async function runFlashSale(
  shop: FlashSaleShop,
  plan: FlashSalePlan,
  watch: FlashSaleWatch,
): Promise<FlashSaleReport> {
  const mark = await markJournal(shop.journal);
  const skus = skusOf(plan);
  const told = (done: number): void => watch.progress?.("listing products", done, skus.length);
  await unlessGivenUp(stockShelves(shop.operator, skus, { ...plan, told }), plan, watch);
  const measurement = await sell(shop, plan, skus, watch);
  const { acknowledged } = measurement.tally;
  watch.progress?.("reconciling", acknowledged.length, undefined);
  const { tenant, deciders, journal } = shop;
  const run = { tenant, skus, acknowledged, deciders };
  return flashSaleReport(
    measurement,
    measurement.shopWentAway
      ? await reconcileIfPossible(journal, mark, run)
      : await reconcile(journal, mark, run),
  );
}

/** Waits for what comes before the first order. @throws {Interrupted} */
function unlessGivenUp(
  work: Promise<void>,
  { runId }: FlashSalePlan,
  { signal = new AbortController().signal }: FlashSaleWatch,
): Promise<void> {
  return unlessInterrupted(signal, work, shelvesLeft(runId));
}

/** A shop that goes away may take its database along: what was measured counts all the same. */
async function reconcileIfPossible(
  journal: ReadableJournal,
  mark: JournalMark,
  run: Run,
): Promise<Reconciliation | undefined> {
  try {
    return await reconcile(journal, mark, run);
  } catch {
    return undefined;
  }
}

async function sell(
  shop: FlashSaleShop,
  plan: FlashSalePlan,
  skus: readonly string[],
  watch: FlashSaleWatch,
): Promise<Measurement> {
  const tally = new Tally();
  const crowd = new ShopperCrowd(tally, skus, plan.orders ?? Number.POSITIVE_INFINITY);
  const byOrders = plan.orders !== undefined;
  const stage = stageTeller(watch, () => tally.acknowledged.length, plan.orders);
  try {
    stage.tell("opening sockets");
    const opening = crowd.open(new URL(socketUrl(shop.url)), plan.sockets, `${plan.runId}-`, (opened) =>
      watch.progress?.("opening sockets", opened, plan.sockets),
    );
    await unlessGivenUp(opening, plan, watch);
    const ended = endOf(crowd, watch.signal);
    if (!byOrders) {
      stage.tell("warming up");
      crowd.start();
      await within(plan.warmUpSeconds * 1_000, ended);
    }
    stage.tell("selling");
    const cpuBefore = readCpuTime(shop.processes);
    const startedMs = performance.now();
    tally.open();
    if (byOrders) crowd.start();
    await (byOrders ? ended : within(plan.seconds * 1_000, ended));
    tally.close();
    const elapsedMs = performance.now() - startedMs;
    const interrupted = watch.signal?.aborted === true;
    const shopWentAway = !interrupted && crowd.isCutOff;
    const cpu: CpuTime = cpuTimeBetween(cpuBefore, readCpuTime(shop.processes));
    stage.tell("finishing");
    crowd.stop();
    await within(FINISH_MS_MAX, crowd.allLeft);
    const measured = { cpu, cpuUnknownBecause: cpuUnknownBecause(shop.processes) };
    return { plan, tally, ...measured, elapsedMs, interrupted, shopWentAway };
  } finally {
    stage.end();
    crowd.close();
  }
}

/** Waits for `ended`, at most `durationMs`. Leaves no timer behind that would keep the process. */
async function within(durationMs: number, ended: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, durationMs);
  await Promise.race([late.promise, ended]).finally(() => clearTimeout(timer));
}

/** Resolves when nobody shops any more, or the run shall end early. */
function endOf(crowd: ShopperCrowd, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return crowd.allLeft;
  const aborted = Promise.withResolvers<void>();
  if (signal.aborted) aborted.resolve();
  signal.addEventListener("abort", () => aborted.resolve(), { once: true });
  return Promise.race([crowd.allLeft, aborted.promise]);
}

/** Tells the watcher every now and then how far the stage is. */
function stageTeller(watch: FlashSaleWatch, done: () => number, total: number | undefined) {
  let current: FlashSaleStage = "opening sockets";
  const timer = setInterval(() => {
    if (current !== "opening sockets") watch.progress?.(current, done(), total);
  }, WATCH_MS);
  return {
    tell: (stage: FlashSaleStage): void => void (current = stage),
    end: (): void => clearInterval(timer),
  };
}
