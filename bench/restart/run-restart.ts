import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillCarts } from "../carts/fill-carts.ts";
import { cartsPlan } from "../carts/plan.ts";
import { readMetric } from "../carts/shop-figures.ts";
import { stopLeftPostgres } from "../crash/left-postgres.ts";
import { ShopProcess } from "../crash/shop-process.ts";
import { skusOf } from "../shelves/run-shelves.ts";
import { stockShelves } from "../shelves/stock-shelves.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import { steadyPort } from "../../engine/programs/steady-port.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import type { RestartReport, RestartTimes } from "./restart-report.ts";

/** What a shop goes through before it is killed. */
export interface RestartPlan {
  /** An empty directory that Postgres can get to; the shop's data go there. */
  readonly dataDirectory: string;
  readonly tenant: string;
  readonly lanes: number;
  /** Carts that the shop has known and stored before. */
  readonly carts: number;
  /** Events that shall have no checkpoint when it is killed. */
  readonly tailEvents: number;
  /** How often it is killed. */
  readonly kills: number;
}

/** Follows a run from outside. */
export interface RestartWatch {
  /** Ends the run early. */
  readonly signal?: AbortSignal;
  readonly progress?: (stage: RestartStage, done: number, total: number) => void;
}

/** What a run is doing. */
export type RestartStage = "filling" | "making a tail" | "killing";

const SOCKETS = 8;
const SKUS = 1_000;
const TAIL_CARTS_AT_ONCE = 5_000;
const UNITS = 1_000_000;
// The shop checkpoints a tail that is too long: what was asked for may be more than it lets come about.
const TAIL_ROUNDS_MAX = 40;
const PATIENCE = { attemptsMax: 200, patienceMs: 120_000 };

const UNINTERRUPTED = new AbortController().signal;

/**
 * Fills a shop, kills it with events that no checkpoint has, and measures how long it is away. However it ends, the shop and
 * its Postgres have ended then.
 * @throws {Interrupted} when it was ended early; an error when the shop refuses something or does not start.
 */
export async function runRestart(plan: RestartPlan, watch: RestartWatch): Promise<RestartReport> {
  const signal = watch.signal ?? UNINTERRUPTED;
  let shop: ShopProcess | undefined;
  try {
    shop = await start(plan, signal);
    await fill(shop, plan, watch, signal);
    await shop.stop();
    shop = await start(plan, signal);
    await makeTail(shop, plan, watch, signal);
    const restarts: RestartTimes[] = [];
    watch.progress?.("killing", 0, plan.kills);
    while (restarts.length < plan.kills) {
      const tailEvents = await readMetric(metricsUrl(shop), "stampede_tail_events");
      await shop.kill();
      const startedMs = performance.now();
      shop = await start(plan, signal, shop.port);
      const readyMs = performance.now() - startedMs;
      await unlessInterrupted(signal, buyOne(shop));
      restarts.push({ tailEvents, readyMs, answeredMs: performance.now() - startedMs });
      watch.progress?.("killing", restarts.length, plan.kills);
    }
    const { carts, lanes } = plan;
    return { knownActors: carts, lanes, restarts };
  } finally {
    await shop?.stop();
    // A shop that was killed, or could not end in good order, has left it.
    await stopLeftPostgres(plan.dataDirectory);
  }
}

function start(
  { dataDirectory, lanes }: RestartPlan,
  signal: AbortSignal,
  port = steadyPort(),
): Promise<ShopProcess> {
  return ShopProcess.start({ dataDirectory, lanes, port, signal });
}

async function fill(
  shop: ShopProcess,
  plan: RestartPlan,
  watch: RestartWatch,
  signal: AbortSignal,
): Promise<void> {
  const { carts } = plan;
  await asOperators(shop, plan, signal, async (operators) => {
    const made = cartsPlan(carts, SKUS, Date.now());
    const skus = skusOf(made);
    await stockShelves(operators[0], skus, { runId: made.runId, stock: Math.ceil(carts / SKUS) + 1 });
    await fillCarts(operators, skus, made, {
      signal,
      progress: (done) => watch.progress?.("filling", done, carts),
    });
  });
}

/** Makes carts until as many events have no checkpoint. */
async function makeTail(
  shop: ShopProcess,
  plan: RestartPlan,
  watch: RestartWatch,
  signal: AbortSignal,
): Promise<void> {
  await asOperators(shop, plan, signal, async (operators) => {
    const { runId } = cartsPlan(0, 1, Date.now());
    const skus = skusOf({ runId, skus: 1 });
    await stockShelves(operators[0], skus, { runId, stock: UNITS });
    for (let round = 0; round < TAIL_ROUNDS_MAX; round += 1) {
      const tailEvents = await readMetric(metricsUrl(shop), "stampede_tail_events");
      watch.progress?.("making a tail", tailEvents, plan.tailEvents);
      if (tailEvents >= plan.tailEvents) break;
      await fillCarts(operators, skus, cartsPlan(TAIL_CARTS_AT_ONCE, 1, Date.now()), { signal });
    }
  });
}

function metricsUrl({ adminPort }: ShopProcess): string {
  return `http://127.0.0.1:${adminPort}/metrics`;
}

async function asOperators<Result>(
  shop: ShopProcess,
  { dataDirectory, tenant }: RestartPlan,
  signal: AbortSignal,
  work: (operators: readonly [StampedeClient, ...StampedeClient[]]) => Promise<Result>,
): Promise<Result> {
  const secret = readFileSync(join(dataDirectory, "secret"), "utf8").trim();
  const token = await mintOperatorToken(secret, { tenant, nowMs: Date.now() });
  const connect = () => StampedeClient.connect({ ...PATIENCE, url: shop.url, token });
  const first = await unlessInterrupted(signal, connect());
  const others = await unlessInterrupted(signal, Promise.all(Array.from({ length: SOCKETS - 1 }, connect)));
  try {
    return await unlessInterrupted(signal, work([first, ...others]));
  } finally {
    for (const operator of [first, ...others]) operator.close();
  }
}

/** A shopper's first command: it is refused, since there is no such product, but only after the lane has looked. */
async function buyOne(shop: ShopProcess): Promise<void> {
  const shopper = await StampedeClient.connect({ url: shop.url });
  await shopper.add({ sku: "bench-no-such-product", quantity: 1 });
  shopper.close();
}
