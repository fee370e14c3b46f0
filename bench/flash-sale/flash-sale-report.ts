import type { FlashSalePlan } from "./plan.ts";
import type { Reconciliation } from "../promises/reconcile.ts";
import type { CpuTime } from "../machine/cpu-time.ts";
import type { LatencyMs, Tally } from "./tally.ts";

/** What a flash sale measured and what the journal says about it. */
export interface FlashSaleReport {
  readonly runId: string;
  readonly sockets: number;
  readonly skus: number;
  /** Units per product; null for more than anybody can buy. */
  readonly stock: number | null;
  /** Seconds that count, without the warm-up. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** The run was told to end before its time. */
  readonly interrupted: boolean;
  /** The shop went away before the run was over, and left nobody to shop on. */
  readonly shopWentAway: boolean;
  /** One of the two: the figures are those of a shorter run. */
  readonly endedEarly: boolean;
  readonly ordersPerSecond: number;
  /** A whole order, from its first command to its confirmation. */
  readonly latencyMs: LatencyMs;
  readonly commandLatencyMs: { readonly "cart.add": LatencyMs; readonly checkout: LatencyMs };
  /** Orders that were confirmed while it counted. */
  readonly confirmed: number;
  readonly refused: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  /** Attempts without an answer: they may have become an order. */
  readonly unknown: number;
  readonly retries: number;
  /** Orders that shoppers were told of, those of the warm-up included. */
  readonly acknowledged: number;
  /** This and what follows is what the journal says; null where it could not be read any more. */
  readonly confirmedInJournal: number | null;
  /** Orders in the journal that nobody was told of, beyond the attempts without an answer. Never below zero. */
  readonly unexplained: number | null;
  readonly oversold: number | null;
  readonly lost: number | null;
  readonly lostOrders: readonly string[];
  /** Answers that the journal says otherwise, and the first of them. */
  readonly contradicted: number | null;
  readonly contradictions: readonly string[];
  readonly soldUnits: number | null;
  readonly receivedUnits: number | null;
  /** CPU time of shop, database and generator per confirmed order, µs; null where one of them cannot be measured, or nothing was confirmed. */
  readonly cpuMicrosPerOrder: number | null;
  readonly cpuMicrosPerOrderByPart: {
    readonly shop: number | null;
    readonly postgres: number | null;
    readonly generator: number | null;
  };
  /** Why that of the shop or of Postgres cannot be measured, for people; null when both can. */
  readonly cpuUnknownBecause: string | null;
  /** Share of one processor that the generator used; near 1 it measures itself. */
  readonly generatorLoad: number;
}

/** What was measured, before the journal is asked. */
export interface Measurement {
  readonly plan: FlashSalePlan;
  readonly tally: Tally;
  readonly cpu: CpuTime;
  /** Why that of the shop or of Postgres is unknown, where it was known before. */
  readonly cpuUnknownBecause: string | null;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
  readonly shopWentAway: boolean;
}

type Compared = Pick<FlashSaleReport, keyof Reconciliation | "unexplained">;

const NOT_COMPARED: Compared = {
  confirmedInJournal: null,
  unexplained: null,
  oversold: null,
  lost: null,
  lostOrders: [],
  contradicted: null,
  contradictions: [],
  soldUnits: null,
  receivedUnits: null,
};

/** Puts a run's figures together; without a `journal` when it could not be read any more. */
export function flashSaleReport(measured: Measurement, journal: Reconciliation | undefined): FlashSaleReport {
  const { plan, tally, elapsedMs, interrupted, shopWentAway } = measured;
  const { generatorMicros } = measured.cpu;
  // A shop that went away, and a database whose clients are gone, have taken what they used along.
  const shopMicros = shopWentAway ? null : measured.cpu.shopMicros;
  const postgresMicros = shopWentAway ? null : measured.cpu.postgresMicros;
  const seconds = elapsedMs / 1_000;
  const perOrder = (micros: number | null): number | null =>
    micros === null || tally.confirmed === 0 ? null : round(micros / tally.confirmed, 1);
  const sumMicros =
    shopMicros === null || postgresMicros === null ? null : shopMicros + postgresMicros + generatorMicros;
  return {
    runId: plan.runId,
    sockets: plan.sockets,
    skus: plan.skus,
    stock: plan.stock ?? null,
    seconds: round(seconds, 2),
    warmUpSeconds: plan.warmUpSeconds,
    interrupted,
    shopWentAway,
    endedEarly: interrupted || shopWentAway,
    ordersPerSecond: seconds > 0 ? round(tally.confirmed / seconds, 1) : 0,
    latencyMs: tally.latencyMs("order"),
    commandLatencyMs: { "cart.add": tally.latencyMs("cart.add"), checkout: tally.latencyMs("checkout") },
    confirmed: tally.confirmed,
    refused: tally.refused,
    refusedByCode: Object.fromEntries(tally.refusedByCode),
    unknown: tally.unknown,
    retries: tally.retries,
    acknowledged: tally.acknowledged.length,
    ...(journal === undefined ? NOT_COMPARED : compared(journal, tally)),
    cpuMicrosPerOrder: perOrder(sumMicros),
    cpuMicrosPerOrderByPart: {
      shop: perOrder(shopMicros),
      postgres: perOrder(postgresMicros),
      generator: perOrder(generatorMicros),
    },
    cpuUnknownBecause: measured.cpuUnknownBecause,
    generatorLoad: elapsedMs > 0 ? round(generatorMicros / (elapsedMs * 1_000), 2) : 0,
  };
}

/** What the journal says, and how many of its orders nobody was told of. */
function compared(journal: Reconciliation, { acknowledged, unknown }: Tally): Compared {
  const { confirmedInJournal, oversold, lost, lostOrders, contradicted, contradictions } = journal;
  const { soldUnits, receivedUnits } = journal;
  const unexplained = Math.max(0, confirmedInJournal - acknowledged.length - unknown);
  return {
    confirmedInJournal,
    unexplained,
    oversold,
    lost,
    lostOrders,
    contradicted,
    contradictions,
    soldUnits,
    receivedUnits,
  };
}

/** Whether the shop is known to have kept its word: nothing sold twice, nothing lost, nothing made up, nothing told otherwise. */
export function keptItsWord({ oversold, lost, unexplained, contradicted }: FlashSaleReport): boolean {
  return oversold === 0 && lost === 0 && unexplained === 0 && contradicted === 0;
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
