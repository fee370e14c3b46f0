import type { StampedeClient } from "../../gateway/client/client.ts";
import { shelvesLeft, skusOf } from "../shelves/run-shelves.ts";
import { stockShelves } from "../shelves/stock-shelves.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import type { CartsReport } from "./carts-report.ts";
import { fillCarts, type FillWatch } from "./fill-carts.ts";
import type { CartsPlan } from "./plan.ts";
import { quietTime } from "./quiet-time.ts";
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

/** Follows a run from outside. */
export interface CartsWatch extends FillWatch {
  /** Called once the carts are there, from 0 on, with the seconds in which nothing was asked. */
  readonly quiet?: (seconds: number) => void;
}

/**
 * Fills a shop with carts that nobody comes back to, and measures what they leave in its memory.
 * @throws when the shop refuses something or its figures cannot be read; {Interrupted} when it is told to end before the first cart.
 */
export async function runCarts(
  { operators, pid, metricsUrl }: CartsShop,
  plan: CartsPlan,
  watch: CartsWatch,
): Promise<CartsReport> {
  const { signal = new AbortController().signal, quiet: passed } = watch;
  const skus = skusOf(plan);
  const before = { memory: readMemory(pid), figures: await readFigures(metricsUrl) };
  const [operator] = operators;
  if (operator !== undefined) {
    const stock = Math.ceil(plan.carts / plan.skus);
    const listed = stockShelves(operator, skus, { runId: plan.runId, stock });
    await unlessInterrupted(signal, listed, shelvesLeft(plan.runId));
  }
  const startedMs = performance.now();
  const carts = await fillCarts(operators, skus, plan, watch);
  const seconds = (performance.now() - startedMs) / 1_000;
  const after = { memory: readMemory(pid), figures: await readFigures(metricsUrl) };
  const quietSeconds = await quietTime(plan.quietSeconds, { signal, passed });
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
    quietSeconds,
    residentBytesQuiet: later.memory.residentBytes,
    activatedActorsQuiet: later.figures.activatedActors,
    checkpoints,
    checkpointsPerSecond: checkpoints / seconds,
  };
}
