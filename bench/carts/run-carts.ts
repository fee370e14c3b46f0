import type { StampedeClient } from "../../gateway/client/client.ts";
import { shelvesLeft, skusOf } from "../flash-sale/plan.ts";
import { stockShelves } from "../flash-sale/stock-shelves.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import type { CartsReport } from "./carts-report.ts";
import { fillCarts, type FillWatch } from "./fill-carts.ts";
import type { CartsPlan } from "./plan.ts";
import { readMemory } from "./resident-memory.ts";
import { readFigures } from "./shop-figures.ts";

/** The shop that is filled with carts. */
export interface CartsShop {
  /** Connections that may name carts and list products. */
  readonly operators: readonly StampedeClient[];
  readonly pid: number;
  /** Where the shop shows its metrics. */
  readonly metricsUrl: string;
}

/**
 * Fills a shop with carts that nobody comes back to, and measures what they leave in its memory.
 * @throws when the shop refuses something or its figures cannot be read; {Interrupted} when it is told to end before the first cart.
 */
export async function runCarts(
  { operators, pid, metricsUrl }: CartsShop,
  plan: CartsPlan,
  watch: FillWatch = {},
): Promise<CartsReport> {
  const skus = skusOf(plan);
  const before = { memory: readMemory(pid), figures: await readFigures(metricsUrl) };
  const [operator] = operators;
  if (operator !== undefined) {
    const { signal = new AbortController().signal } = watch;
    const stock = Math.ceil(plan.carts / plan.skus);
    const listed = stockShelves(operator, skus, { runId: plan.runId, stock });
    await unlessInterrupted(signal, listed, shelvesLeft(plan.runId));
  }
  const startedMs = performance.now();
  const carts = await fillCarts(operators, skus, plan, watch);
  const seconds = (performance.now() - startedMs) / 1_000;
  const after = { memory: readMemory(pid), figures: await readFigures(metricsUrl) };
  await quiet(plan.quietSeconds, watch);
  const later = { memory: readMemory(pid), figures: await readFigures(metricsUrl) };
  const checkpoints = after.figures.checkpoints - before.figures.checkpoints;
  return {
    runId: plan.runId,
    carts,
    skus: plan.skus,
    seconds,
    cartsPerSecond: carts / seconds,
    residentBytesBefore: before.memory.residentBytes,
    residentBytes: after.memory.residentBytes,
    peakBytes: later.memory.peakBytes,
    activatedActors: after.figures.activatedActors,
    quietSeconds: plan.quietSeconds,
    residentBytesQuiet: later.memory.residentBytes,
    activatedActorsQuiet: later.figures.activatedActors,
    checkpoints,
    checkpointsPerSecond: checkpoints / seconds,
  };
}

/** Lets time pass, unless the run shall end early. */
async function quiet(seconds: number, { signal }: FillWatch): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, seconds * 1_000);
  if (signal?.aborted === true) over.resolve();
  signal?.addEventListener("abort", () => over.resolve(), { once: true });
  await over.promise.finally(() => clearTimeout(timer));
}
