import type { Machine } from "../machine/machine.ts";
import { SELL_OUT, type ContestPlan, type Standing } from "./contest.ts";
import type { EntrantName, Round } from "./entrant.ts";

/** The shop beside its peers. */
export interface PeersReport {
  /** Raised when an older reader would misunderstand a newer report. */
  readonly format: 1;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly buyers: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** The shop first. */
  readonly entrants: readonly EntrantReport[];
  /** The shop against the fastest of those that keep what they acknowledge in Postgres. */
  readonly bestSql: { readonly name: EntrantName; readonly ratio: Ratio; readonly p99Ms: number } | null;
}

/** How many times as many orders the shop sells. */
export interface Ratio {
  /** Of the medians. */
  readonly orders: number;
  /** Of single rounds, the least and the most. */
  readonly least: number;
  readonly most: number;
}

/** What one entrant did. Rates, latencies and CPU time are medians over its rounds. */
export interface EntrantReport {
  readonly name: EntrantName;
  readonly isDurable: boolean;
  readonly connections: number;
  readonly ordersPerSecond: number;
  readonly ordersPerSecondLeast: number;
  readonly ordersPerSecondMost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all processes at work, the buyers' included; null where it cannot be measured. */
  readonly cpuMicrosPerOrder: number | null;
  /** Over all rounds and the sell-out. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly oversold: number;
  readonly sellOut: { readonly units: number; readonly stored: number; readonly refused: number };
  /** How much faster the shop is; null for the shop itself. */
  readonly ratio: Ratio | null;
  readonly perRound: readonly Round[];
}

/** Puts the figures together. `standings` has the shop first. */
export function peersReport(
  startedAt: string,
  machine: Machine,
  { buyers, rounds, seconds, warmUpSeconds }: ContestPlan,
  standings: readonly Standing[],
): PeersReport {
  const shop = standings.find(({ entrant }) => entrant.name === "shop");
  const entrants = standings.map((standing) => entrantReport(standing, shop));
  const sql = entrants.filter(({ name }) => name.startsWith("sql-"));
  const [best] = sql.toSorted((a, b) => b.ordersPerSecond - a.ordersPerSecond);
  const bestSql = best?.ratio ? { name: best.name, ratio: best.ratio, p99Ms: best.p99Ms } : null;
  return {
    format: 1,
    startedAt,
    machine,
    buyers,
    rounds,
    seconds,
    warmUpSeconds,
    entrants,
    bestSql,
  };
}

/** Whether the shop has kept its word in all rounds: nothing sold twice, nothing lost. */
export function shopKeptItsWord({ entrants }: PeersReport): boolean {
  return entrants.every(({ name, lost, oversold }) => name !== "shop" || (lost === 0 && oversold === 0));
}

function entrantReport(standing: Standing, shop: Standing | undefined): EntrantReport {
  const { entrant, connections, rounds, sellOut } = standing;
  const rates = rounds.map(({ ordersPerSecond }) => ordersPerSecond);
  const all = [...rounds, sellOut];
  const micros = rounds.flatMap(({ cpuMicrosPerOrder }) => cpuMicrosPerOrder ?? []);
  return {
    name: entrant.name,
    isDurable: entrant.isDurable,
    connections,
    ordersPerSecond: rounded(median(rates), 1),
    ordersPerSecondLeast: rounded(Math.min(...rates), 1),
    ordersPerSecondMost: rounded(Math.max(...rates), 1),
    p50Ms: rounded(median(rounds.map(({ p50Ms }) => p50Ms)), 2),
    p99Ms: rounded(median(rounds.map(({ p99Ms }) => p99Ms)), 2),
    cpuMicrosPerOrder: micros.length < rounds.length ? null : rounded(median(micros), 1),
    acknowledged: sum(all.map(({ acknowledged }) => acknowledged)),
    lost: sum(all.map(({ lost }) => lost)),
    oversold: sum(all.map(({ oversold }) => oversold)),
    sellOut: { units: SELL_OUT.units, stored: sellOut.stored, refused: sellOut.refused },
    ratio: shop === undefined || shop === standing ? null : ratioOf(shop.rounds, rounds),
    perRound: rounds,
  };
}

function ratioOf(shop: readonly Round[], peer: readonly Round[]): Ratio {
  const rates = (rounds: readonly Round[]) => rounds.map(({ ordersPerSecond }) => ordersPerSecond);
  const pairs = rates(shop).map((rate, index) => rate / (rates(peer)[index] ?? Number.NaN));
  return {
    orders: rounded(median(rates(shop)) / median(rates(peer)), 2),
    least: rounded(Math.min(...pairs), 2),
    most: rounded(Math.max(...pairs), 2),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of an even number of values, the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
