import { expect, test } from "bun:test";
import { thisMachine } from "../machine/machine.ts";
import type { Standing } from "./contest.ts";
import type { EntrantName, Round } from "./entrant.ts";
import { peersReport, shopKeptItsWord } from "./peers-report.ts";
import { entrantOf, roundOf } from "./testing/rounds.ts";

const PLAN = { buyers: 200, rounds: 3, seconds: 4, warmUpSeconds: 1 };

function standing(
  name: EntrantName,
  rounds: readonly Partial<Round>[],
  sellOut: Partial<Round> = {},
): Standing {
  return {
    entrant: entrantOf(name, { 4: 1 }),
    connections: 4,
    rounds: rounds.map(roundOf),
    sellOut: roundOf({ stored: 1_000, refused: 500, acknowledged: 1_000, ...sellOut }),
  };
}

const rates = (...all: readonly number[]) => all.map((ordersPerSecond) => ({ ordersPerSecond }));

function reportOf(...standings: readonly Standing[]) {
  return peersReport("2026-11-21T00:00:00.000Z", thisMachine(), PLAN, standings);
}

test("rates, latencies and CPU time are medians over the rounds", () => {
  const rounds = [
    { ordersPerSecond: 90, p50Ms: 3, p99Ms: 30, cpuMicrosPerOrder: 200 },
    { ordersPerSecond: 10, p50Ms: 1, p99Ms: 90, cpuMicrosPerOrder: 900 },
    { ordersPerSecond: 50, p50Ms: 2, p99Ms: 20, cpuMicrosPerOrder: 100 },
  ];
  const [shop] = reportOf(standing("shop", rounds)).entrants;
  expect(shop).toMatchObject({ ordersPerSecond: 50, p50Ms: 2, p99Ms: 30, cpuMicrosPerOrder: 200 });
  expect(shop).toMatchObject({ ordersPerSecondLeast: 10, ordersPerSecondMost: 90, ratio: null });
});

test("the median of two rounds lies between them", () => {
  const [shop] = reportOf(standing("shop", rates(100, 200))).entrants;
  expect(shop?.ordersPerSecond).toBe(150);
});

test("the CPU time of an entrant is unknown when that of one of its rounds is", () => {
  const rounds = [{ cpuMicrosPerOrder: 200 }, { cpuMicrosPerOrder: null }];
  expect(reportOf(standing("shop", rounds)).entrants[0]?.cpuMicrosPerOrder).toBeNull();
});

test("how much faster the shop is comes from the medians, and its range from rounds of the same turn", () => {
  const shop = standing("shop", rates(600, 900, 300));
  const peer = standing("sql-statement", rates(100, 300, 150));
  expect(reportOf(shop, peer).entrants[1]?.ratio).toEqual({ orders: 4, least: 2, most: 6 });
});

test("the best of plain SQL is the fastest of them; Redis is none of them", () => {
  const report = reportOf(
    standing("shop", rates(600)),
    standing("sql-transaction", rates(100)),
    standing("sql-skip-locked", [{ ordersPerSecond: 300, p99Ms: 77 }]),
    standing("sql-statement", rates(200)),
    standing("redis-always", rates(5_000)),
  );
  expect(report.bestSql).toEqual({
    name: "sql-skip-locked",
    ratio: { orders: 2, least: 2, most: 2 },
    p99Ms: 77,
  });
});

test("what is lost or oversold counts over all rounds and the sell-out", () => {
  const rounds = [{ lost: 1 }, { oversold: 2 }];
  const [shop] = reportOf(standing("shop", rounds, { lost: 3, oversold: 4 })).entrants;
  expect(shop).toMatchObject({ lost: 4, oversold: 6, acknowledged: 1_240 });
  expect(shop?.sellOut).toEqual({ units: 1_000, stored: 1_000, refused: 500 });
});

test("the shop has kept its word when it lost nothing and oversold nothing, whatever its peers did", () => {
  const honest = standing("shop", [{}]);
  const peer = standing("redis-everysec", [{ lost: 9, oversold: 9 }]);
  expect(shopKeptItsWord(reportOf(honest, peer))).toBe(true);
  expect(shopKeptItsWord(reportOf(standing("shop", [{ lost: 1 }])))).toBe(false);
  expect(shopKeptItsWord(reportOf(standing("shop", [{}], { oversold: 1 })))).toBe(false);
});
