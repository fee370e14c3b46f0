import { newRunId } from "../shelves/run-id.ts";
import type { FlashSalePlan } from "../flash-sale/plan.ts";
import { runFlashSale, type FlashSaleShop } from "../flash-sale/run-flash-sale.ts";
import { Interrupted } from "../interruption/interruption.ts";
import type { Entrant, Round, RoundPlan } from "./entrant.ts";

/** The shop itself, through its sockets: every round is a flash sale of a product of its own. */
export class ShopEntrant implements Entrant {
  readonly name = "shop";
  readonly isDurable = true;
  readonly connectionChoices: readonly number[];
  readonly #shop: FlashSaleShop;

  /** Each buyer has a connection of its own. */
  constructor(shop: FlashSaleShop, buyers: number) {
    this.#shop = shop;
    this.connectionChoices = [buyers];
  }

  async sell(plan: RoundPlan, signal: AbortSignal): Promise<Round> {
    const report = await runFlashSale(this.#shop, saleOf(plan), { signal });
    if (report.interrupted) throw new Interrupted();
    const { confirmedInJournal, lost, oversold, unexplained, contradicted } = report;
    if (report.shopWentAway || confirmedInJournal === null || lost === null || oversold === null)
      throw new Error("the shop went away");
    if (unexplained !== 0 || contradicted !== 0)
      throw new Error(
        `the shop broke its word: ${unexplained} orders that nobody asked for, ${contradicted} answers that the journal says otherwise`,
      );
    return {
      connections: plan.connections,
      seconds: report.seconds,
      orders: report.confirmed,
      ordersPerSecond: report.ordersPerSecond,
      p50Ms: report.latencyMs.p50,
      p99Ms: report.latencyMs.p99,
      cpuMicrosPerOrder: report.cpuMicrosPerOrder,
      refused: report.refused,
      acknowledged: report.acknowledged,
      stored: confirmedInJournal,
      lost,
      oversold,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function saleOf({ buyers, goal }: RoundPlan): FlashSalePlan {
  const sale = { runId: newRunId(Date.now()), sockets: buyers, skus: 1 };
  return goal.kind === "time"
    ? { ...sale, seconds: goal.seconds, warmUpSeconds: goal.warmUpSeconds }
    : { ...sale, seconds: 0, warmUpSeconds: 0, orders: goal.attempts, stock: goal.units };
}
