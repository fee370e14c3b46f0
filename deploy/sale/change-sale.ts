import { waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import { Output } from "../cli/output.ts";
import type { ShopOptions } from "../cli/options.ts";
import { progress } from "../cli/progress.ts";
import { TENANT } from "../config.ts";
import { connectShop } from "../import/shop-connection.ts";
import type { ShopConnection } from "../import/shop-connection.ts";
import { systemClock } from "../system-clock.ts";
import { caughtUpWithin } from "./caught-up-within.ts";
import { carryOut } from "./carry-out.ts";
import { changeReport, changeText, exitCodeOfChange } from "./change-report.ts";
import type { CreateWish } from "./plan-create.ts";
import { planCreate } from "./plan-create.ts";
import type { RunningWish } from "./plan-running.ts";
import { planClosing, planOpening } from "./plan-queue.ts";
import { planRunning } from "./plan-running.ts";
import type { StockWish } from "./plan-stock.ts";
import { planStock } from "./plan-stock.ts";
import { readQueue } from "./read-queue.ts";
import type { SalePlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";
import { readSaleProducts } from "./sale-product.ts";

/** Options of every command that changes something of a sale. */
export interface ChangeSaleOptions extends ShopOptions {
  readonly dryRun?: boolean;
  /** How long whoever cannot be reached is asked again, milliseconds. */
  readonly timeout: number;
  /** The idempotency key, when a change is repeated. */
  readonly key?: string;
}

/** What is wanted. */
export type SaleWish =
  ({ readonly action: "create" } & CreateWish) | ({ readonly action: "stock" } & StockWish) | RunningWish;

const SOCKETS = 2;
// Longer than an attempt, for whatever loses its connection meanwhile.
const CONNECT = { attemptsMax: 1, patienceMs: 5_000 };
// A switch is not to wait for lists: those who press it are told that the newest products may be missing.
const SWITCH_WAITS_MS = 2_000;

/** Plans a change, carries it out unless it is a dry run, prints what came of it, and sets the exit code. */
export async function changeSale(wish: SaleWish, options: ChangeSaleOptions): Promise<void> {
  const shop = await connectShop(options, SOCKETS, undefined, CONNECT);
  try {
    const isListCurrent = await isCurrent(shop, wish);
    const listed = await readSaleProducts(shop.database, TENANT);
    const products = isListCurrent ? listed : listed.map(mayBeSold);
    const nowMs = systemClock.nowMs();
    const plan = await withQueue(planOf(wish, products, nowMs), wish, products, options.url, nowMs);
    const key = options.key ?? `sale-${crypto.randomUUID()}`;
    const endings = options.dryRun === true ? undefined : await carriedOut(plan, shop, key, options.timeout);
    const report = changeReport(plan, key, endings);
    if (options.json === true) await new Output().write(`${JSON.stringify(report)}\n`);
    else if (report.prechecks.length > 0) process.stderr.write(`stampede: ${changeText(report)}`);
    else await new Output().write(changeText(report));
    process.exitCode = exitCodeOfChange(report);
  } finally {
    await shop.close();
  }
}

function planOf(wish: SaleWish, products: readonly SaleProduct[], nowMs: number): SalePlan {
  if (wish.action === "create") {
    const { action: _action, ...terms } = wish;
    return planCreate(products, terms, nowMs);
  }
  return wish.action === "stock" ? planStock(products, wish) : planRunning(products, wish, nowMs);
}

/** What happens to the waiting room of a sale that is created or ended as a whole. */
async function withQueue(
  plan: SalePlan,
  wish: SaleWish,
  products: readonly SaleProduct[],
  url: string,
  nowMs: number,
): Promise<SalePlan> {
  const hasRoom = (sale: string): boolean =>
    products.some((product) => product.sale?.id === sale && product.sale.waitingRoom === true);
  if (wish.action === "create" && (wish.room !== undefined || hasRoom(wish.id)))
    return planOpening(plan, products, wish, await readQueue(url, wish.id), nowMs);
  const isWhole = wish.action === "end" && wish.choice.type === "sale" && wish.choice.skus === undefined;
  if (isWhole && plan.refusals.length === 0 && hasRoom(wish.sale))
    return { ...plan, queue: planClosing(wish.sale, await readQueue(url, wish.sale), nowMs) };
  return plan;
}

/** @throws when the waiting room stays as it was: no product is changed then. */
async function carriedOut(plan: SalePlan, { clients }: ShopConnection, key: string, timeoutMs: number) {
  if (plan.queue !== undefined) {
    const [ending] = await carryOut([plan.queue], { shops: clients, key, timeoutMs, ended: () => undefined });
    if (ending?.type === "refused") throw new Error(`nothing was changed: ${ending.problem.detail}`);
    if (ending?.type !== "changed")
      throw new Error(
        `nothing was changed, since the waiting room was not reached: ${ending?.problem.detail ?? "no answer"}`,
      );
  }
  const shown = progress("changing", plan.changes.length);
  const ended = (products: number): void => shown.update(products, "products");
  const endings = await carryOut(plan.changes, { shops: clients, key, timeoutMs, ended });
  if (plan.changes.length > 1) shown.finish("products");
  return endings;
}

/** Waits for the read models; for a switch only so long. Tells whether they have all that the journal has. */
async function isCurrent({ ledger }: ShopConnection, { action }: SaleWish): Promise<boolean> {
  if (action !== "pause") {
    await waitUntilCaughtUp(ledger, () => undefined);
    return true;
  }
  const isCaughtUp = await caughtUpWithin(ledger, SWITCH_WAITS_MS);
  if (!isCaughtUp)
    process.stderr.write(
      "the list of products is old: what joined the sale since may be missing, so run this once more later\n",
    );
  return isCaughtUp;
}

/** What an old list says of a pause may be over. */
function mayBeSold(product: SaleProduct): SaleProduct {
  return { ...product, pause: null };
}
