import { expect, test } from "bun:test";
import type { PartTimes } from "./part-times.ts";
import { remoteReport, type Round, type Side } from "./remote-report.ts";

/** A round of one second with so many orders, for which nodes and servers used so much time per order. */
function roundOf(side: Side, orders: number, perOrder: Partial<PartTimes>): Round {
  const idle = { gatewayNode: 0, otherNode: 0, nats: 0, postgres: 0, generator: 0 };
  const used = { ...idle, ...perOrder };
  const micros = {
    gatewayNode: used.gatewayNode * orders,
    otherNode: used.otherNode * orders,
    nats: used.nats * orders,
    postgres: used.postgres * orders,
    generator: used.generator * orders,
  };
  return { side, seconds: 1, orders, micros, p50Ms: 10, p99Ms: 20 };
}

test("an order costs what all parts have used over all rounds, by the orders of all rounds", () => {
  const report = remoteReport(200, [
    roundOf("local", 3_000, { gatewayNode: 100, postgres: 50, generator: 50 }),
    roundOf("remote", 1_000, { gatewayNode: 60, otherNode: 90, nats: 40, postgres: 60, generator: 50 }),
    roundOf("local", 1_000, { gatewayNode: 180, postgres: 50, generator: 50 }),
    roundOf("remote", 1_000, { gatewayNode: 60, otherNode: 70, nats: 20, postgres: 40, generator: 50 }),
  ]);
  expect(report.local).toMatchObject({ orders: 4_000, ordersPerSecond: 2_000, cpuMicrosPerOrder: 220 });
  expect(report.local.cpuMicrosPerOrderByPart.gatewayNode).toBe(120);
  expect(report.remote.cpuMicrosPerOrder).toBe(270);
  expect(report.remote.cpuMicrosPerOrderByPart).toEqual({
    gatewayNode: 60,
    otherNode: 80,
    nats: 30,
    postgres: 50,
    generator: 50,
  });
});

test("the ratio is that of all rounds; each pair of rounds has one of its own, and the crowd can be left out", () => {
  const report = remoteReport(200, [
    roundOf("local", 1_000, { gatewayNode: 100, generator: 100 }),
    roundOf("remote", 1_000, { gatewayNode: 50, otherNode: 90, nats: 60, generator: 100 }),
    roundOf("local", 1_000, { gatewayNode: 100, generator: 100 }),
    roundOf("remote", 1_000, { gatewayNode: 50, otherNode: 50, generator: 100 }),
  ]);
  expect(report).toMatchObject({ ratio: 1.25, ratioLeast: 1, ratioMost: 1.5, ratioWithoutGenerator: 1.5 });
});
