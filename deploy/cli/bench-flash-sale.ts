import { keptItsWord } from "../../bench/flash-sale/flash-sale-report.ts";
import { flashSaleText } from "../../bench/flash-sale/flash-sale-text.ts";
import { newRunId, type FlashSalePlan } from "../../bench/flash-sale/plan.ts";
import { runFlashSale, type FlashSaleStage } from "../../bench/flash-sale/run-flash-sale.ts";
import type { FlashSaleOptions } from "./bench.ts";
import { measureShop } from "./measured-shop.ts";
import { progress, type Progress } from "./progress.ts";

/** Runs a flash sale, prints its report, and sets the exit code: 1 when the shop broke its word or went away. */
export async function benchFlashSale(options: FlashSaleOptions): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => {
    // The second Ctrl-C ends the process in the usual way.
    process.off("SIGINT", interrupt);
    interruption.abort();
  };
  process.on("SIGINT", interrupt);
  const shown = stages();
  try {
    const watch = { signal: interruption.signal, progress: shown.tell };
    const report = await measureShop(options, (shop) => runFlashSale(shop, planOf(options), watch));
    shown.end();
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : flashSaleText(report)}\n`);
    process.exitCode = keptItsWord(report) && !report.shopWentAway ? 0 : 1;
  } finally {
    shown.end();
    process.off("SIGINT", interrupt);
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
        shown = progress(stage === "opening sockets" ? stage : `${stage}: orders`, total);
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
