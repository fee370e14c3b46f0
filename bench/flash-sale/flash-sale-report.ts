import type { FlashSalePlan } from "./plan.ts";
import type { Reconciliation } from "./reconcile.ts";
import type { CpuTime } from "./cpu-time.ts";
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
  /** The run was ended before its time. */
  readonly interrupted: boolean;
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
  readonly confirmedInJournal: number;
  /** Orders in the journal that nobody was told of, beyond the attempts without an answer. Never below zero. */
  readonly unexplained: number;
  readonly oversold: number;
  readonly lost: number;
  readonly lostOrders: readonly string[];
  /** Answers that the journal says otherwise, and the first of them. */
  readonly contradicted: number;
  readonly contradictions: readonly string[];
  readonly soldUnits: number;
  readonly receivedUnits: number;
  /** CPU time of shop, database and generator per confirmed order, µs; null where one of them cannot be measured. */
  readonly cpuMicrosPerOrder: number | null;
  readonly cpuMicrosPerOrderByPart: {
    readonly shop: number | null;
    readonly postgres: number | null;
    readonly generator: number;
  };
  /** Share of one processor that the generator used; near 1 it measures itself. */
  readonly generatorLoad: number;
}

/** What was measured, before the journal is asked. */
export interface Measurement {
  readonly plan: FlashSalePlan;
  readonly tally: Tally;
  readonly cpu: CpuTime;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
}

/** Puts a run's figures together. */
export function flashSaleReport(measured: Measurement, journal: Reconciliation): FlashSaleReport {
  const { plan, tally, cpu, elapsedMs, interrupted } = measured;
  const { shopMicros, postgresMicros, generatorMicros } = cpu;
  const { confirmedInJournal, lost, lostOrders, oversold, soldUnits, receivedUnits } = journal;
  const { contradicted, contradictions } = journal;
  const seconds = elapsedMs / 1_000;
  const perOrder = (micros: number): number => round(micros / Math.max(tally.confirmed, 1), 1);
  const canTell = shopMicros !== null && postgresMicros !== null && tally.confirmed > 0;
  return {
    runId: plan.runId,
    sockets: plan.sockets,
    skus: plan.skus,
    stock: plan.stock ?? null,
    seconds: round(seconds, 2),
    warmUpSeconds: plan.warmUpSeconds,
    interrupted,
    ordersPerSecond: seconds > 0 ? round(tally.confirmed / seconds, 1) : 0,
    latencyMs: tally.latencyMs("order"),
    commandLatencyMs: { "cart.add": tally.latencyMs("cart.add"), checkout: tally.latencyMs("checkout") },
    confirmed: tally.confirmed,
    refused: tally.refused,
    refusedByCode: Object.fromEntries(tally.refusedByCode),
    unknown: tally.unknown,
    retries: tally.retries,
    acknowledged: tally.acknowledged.length,
    confirmedInJournal,
    unexplained: Math.max(0, confirmedInJournal - tally.acknowledged.length - tally.unknown),
    oversold,
    lost,
    lostOrders,
    contradicted,
    contradictions,
    soldUnits,
    receivedUnits,
    cpuMicrosPerOrder: canTell ? perOrder(shopMicros + postgresMicros + generatorMicros) : null,
    cpuMicrosPerOrderByPart: {
      shop: shopMicros === null ? null : perOrder(shopMicros),
      postgres: postgresMicros === null ? null : perOrder(postgresMicros),
      generator: perOrder(generatorMicros),
    },
    generatorLoad: elapsedMs > 0 ? round(generatorMicros / (elapsedMs * 1_000), 2) : 0,
  };
}

/** Whether the shop kept its word: nothing sold twice, nothing lost, nothing made up, nothing told otherwise. */
export function keptItsWord({ oversold, lost, unexplained, contradicted }: FlashSaleReport): boolean {
  return oversold === 0 && lost === 0 && unexplained === 0 && contradicted === 0;
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
