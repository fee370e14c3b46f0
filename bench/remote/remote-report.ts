import { combine, PARTS, type Part, type PartTimes } from "./part-times.ts";

/** Where the lanes are that the crowd's commands go to. */
export type Side = "local" | "remote";

/** What one round measured. */
export interface Round {
  readonly side: Side;
  readonly seconds: number;
  readonly orders: number;
  readonly micros: PartTimes;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** All rounds with the lanes on one side. */
export interface SideReport {
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Medians over the rounds, of whole orders. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time per order, microseconds. An order is two commands. */
  readonly cpuMicrosPerOrder: number;
  readonly cpuMicrosPerOrderByPart: PartTimes;
}

/** What a command to a lane of another node costs more than one to a lane of the gateway's own. */
export interface RemoteReport {
  readonly sockets: number;
  readonly local: SideReport;
  readonly remote: SideReport;
  /** Remote by local, over all rounds; all parts counted. */
  readonly ratio: number;
  /** The same of each round and the one after it, the least and the most. */
  readonly ratioLeast: number;
  readonly ratioMost: number;
  /** The same without the crowd, which is no part of a shop. */
  readonly ratioWithoutGenerator: number;
  readonly rounds: readonly Round[];
}

/** Puts the rounds together. */
export function remoteReport(sockets: number, rounds: readonly Round[]): RemoteReport {
  const local = rounds.filter(({ side }) => side === "local");
  const remote = rounds.filter(({ side }) => side === "remote");
  const pairs = local.flatMap((round, index) => {
    const other = remote[index];
    return other === undefined ? [] : [perOrder([other]) / perOrder([round])];
  });
  const ratioOf = (parts: readonly Part[]): number => perOrder(remote, parts) / perOrder(local, parts);
  return {
    sockets,
    local: sideReport(local),
    remote: sideReport(remote),
    ratio: rounded(ratioOf(PARTS), 2),
    ratioLeast: rounded(Math.min(...pairs), 2),
    ratioMost: rounded(Math.max(...pairs), 2),
    ratioWithoutGenerator: rounded(ratioOf(PARTS.filter((part) => part !== "generator")), 2),
    rounds,
  };
}

function sideReport(rounds: readonly Round[]): SideReport {
  const orders = sum(rounds.map((each) => each.orders));
  const micros = rounds.map((each) => each.micros).reduce((a, b) => combine(a, b, (x, y) => x + y));
  return {
    orders,
    ordersPerSecond: Math.round(orders / sum(rounds.map(({ seconds }) => seconds))),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    cpuMicrosPerOrder: rounded(perOrder(rounds), 1),
    cpuMicrosPerOrderByPart: combine(micros, micros, (used) => rounded(used / orders, 1)),
  };
}

function perOrder(rounds: readonly Round[], parts: readonly Part[] = PARTS): number {
  const used = sum(rounds.flatMap(({ micros }) => parts.map((part) => micros[part])));
  return used / sum(rounds.map(({ orders }) => orders));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
