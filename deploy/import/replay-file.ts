import { waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import type { ReplayOutcome } from "../../bench/replay/replay.ts";
import { timeSpan } from "../../bench/replay/play-plan.ts";
import { replay } from "../../bench/replay/replay.ts";
import { newRun, RunIds } from "../../bench/replay/run-ids.ts";
import { readRetailFile } from "../../bench/retail/retail-file.ts";
import type { RetailPlan } from "../../bench/retail/retail-plan.ts";
import { planRetail } from "../../bench/retail/retail-plan.ts";
import type { ExplainedReason } from "../../bench/retail/rules.ts";
import { OPERATOR_TOKEN_MS_MAX } from "../../gateway/auth/operator-token.ts";
import type { ShopOptions } from "../cli/options.ts";
import { ConfigError } from "../config.ts";
import { progress } from "../cli/progress.ts";
import { systemClock } from "../system-clock.ts";
import { applyCatalogue } from "./apply-catalogue.ts";
import { replayStock } from "./replay-stock.ts";
import { connectShop } from "./shop-connection.ts";
import type { ShopConnection } from "./shop-connection.ts";

/** Options of `stampede replay`. */
export interface ReplayFileOptions extends ShopOptions {
  /** Times faster than it happened, or as fast as the shop takes it. */
  readonly speed: number | "max";
  /** Units that each product the shop lacks receives, in place of what the file needs. */
  readonly openingStock?: number;
  readonly customersAtOnce: number;
}

/** What a replay came to. */
export interface ReplayReport extends ReplayOutcome {
  readonly run: string;
  readonly rowsIn: number;
  readonly rowsPlayed: number;
  readonly rowsExplained: number;
  readonly explained: Readonly<Partial<Record<ExplainedReason, number>>>;
  readonly customers: number;
  readonly products: number;
}

const SOCKETS_MAX = 8;
const HOUR_MS = 60 * 60 * 1000;
// Within the life of an operator's token, with an hour left for everything before and after.
const PLAY_MS_MAX = OPERATOR_TOKEN_MS_MAX - HOUR_MS;

/** Plays a retail file on a running shop and compares the shop's books with the file. */
export async function replayFile(file: string, options: ReplayFileOptions): Promise<ReplayReport> {
  const plan = await planRetail(readRetailFile(file));
  checkDuration(plan, options.speed);
  const ids = new RunIds(newRun(systemClock.nowMs()));
  const shop = await connectShop(
    options,
    Math.min(SOCKETS_MAX, options.customersAtOnce),
    OPERATOR_TOKEN_MS_MAX,
  );
  try {
    await stockShop(shop, plan, ids, options.openingStock);
    const outcome = await play(shop, plan, ids, options);
    const { rowsIn, rowsPlayed, rowsExplained, explained } = plan;
    const [customers, products] = [plan.customers.length, plan.products.length];
    return { run: ids.run, rowsIn, rowsPlayed, rowsExplained, explained, ...outcome, customers, products };
  } finally {
    await shop.close();
  }
}

/** @throws {ConfigError} when the file, played at this speed, would outlive the operator's token. */
function checkDuration(plan: RetailPlan, speed: number | "max"): void {
  if (speed === "max") return;
  const { firstAtMs, lastAtMs } = timeSpan(plan.customers);
  const playMs = (lastAtMs - firstAtMs) / speed;
  if (playMs <= PLAY_MS_MAX) return;
  const leastSpeed = Math.ceil((lastAtMs - firstAtMs) / PLAY_MS_MAX);
  const [hours, hoursMax] = [Math.round(playMs / HOUR_MS), PLAY_MS_MAX / HOUR_MS];
  throw new ConfigError(
    `--speed ${speed} would take ${hours} hours; a replay can last ${hoursMax}: at least --speed ${leastSpeed}`,
  );
}

async function stockShop(
  shop: ShopConnection,
  plan: RetailPlan,
  ids: RunIds,
  openingStock: number | undefined,
): Promise<void> {
  await waitUntilCaughtUp(shop.ledger, () => undefined);
  const items = replayStock(plan.products, await shop.ledger.stock(), openingStock);
  if (items.length === 0) return;
  const shown = progress("stocking the shop", items.length);
  const { operators } = shop;
  const applied = (products: number): void => shown.update(products, "products");
  await applyCatalogue({ items, operators, deliveryKey: `replay-${ids.run}`, applied });
  shown.finish("products");
}

async function play(
  shop: ShopConnection,
  plan: RetailPlan,
  ids: RunIds,
  options: ReplayFileOptions,
): Promise<ReplayOutcome> {
  const shown = progress("playing", plan.rowsPlayed);
  const outcome = await replay({
    plan,
    ids,
    operators: shop.operators,
    ledger: shop.ledger,
    pace: {
      speed: options.speed === "max" ? undefined : options.speed,
      customersAtOnce: options.customersAtOnce,
    },
    watcher: {
      played: ({ rowsSent }, linesPerSecond) =>
        shown.update(rowsSent, `${Math.round(linesPerSecond)} lines/s`),
      lagging: (segments) => shown.update(plan.rowsPlayed, `${segments} segments to project`),
    },
  });
  shown.finish("rows, books compared");
  return outcome;
}
