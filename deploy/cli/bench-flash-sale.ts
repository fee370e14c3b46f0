import { keptItsWord } from "../../bench/flash-sale/flash-sale-report.ts";
import { flashSaleText } from "../../bench/flash-sale/flash-sale-text.ts";
import { newRunId } from "../../bench/shelves/run-id.ts";
import type { FlashSalePlan } from "../../bench/flash-sale/plan.ts";
import { runFlashSale, type FlashSaleStage } from "../../bench/flash-sale/run-flash-sale.ts";
import { interruptible } from "../../bench/interruption/interruption.ts";
import type { FlashSaleOptions } from "./bench.ts";
import { measureShop } from "./measured-shop.ts";
import { progress, type Progress } from "./progress.ts";

/**
 * Runs a flash sale, prints its report, and sets the exit code: 1 when the shop broke its word or went away.
 * @throws {Interrupted} when it was told to end before the first order.
 */
export async function benchFlashSale(options: FlashSaleOptions): Promise<void> {
  const shown = stages();
  try {
    const report = await interruptible((signal) => {
      const watch = { signal, progress: shown.tell };
      return measureShop(options, (shop) => runFlashSale(shop, planOf(options), watch));
    });
    shown.end();
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : flashSaleText(report)}\n`);
    process.exitCode = keptItsWord(report) && !report.shopWentAway ? 0 : 1;
  } finally {
    shown.end();
  }
}

function planOf({ sockets, skus, seconds, warmUp, orders, stock }: FlashSaleOptions): FlashSalePlan {
  return {
    runId: newRunId(Date.now()),
    sockets,
    skus,
    seconds,
    warmUpSeconds: orders === undefined ? warmUp : 0,
    ...(orders === undefined ? {} : { orders }),
    ...(stock === undefined ? {} : { stock }),
  };
}

/** One progress display per stage. */
function stages() {
  let current: FlashSaleStage | undefined;
  let shown: Progress | undefined;
  return {
    tell: (stage: FlashSaleStage, done: number, total: number | undefined): void => {
      if (stage !== current) {
        shown?.finish();
        shown = progress(isBefore(stage) ? stage : `${stage}: orders`, total);
        current = stage;
      }
      shown?.update(done);
    },
    end: (): void => {
      shown?.finish();
      shown = undefined;
    },
  };
}

/** Whether nobody has ordered anything yet. */
function isBefore(stage: FlashSaleStage): boolean {
  return stage === "listing products" || stage === "opening sockets";
}
