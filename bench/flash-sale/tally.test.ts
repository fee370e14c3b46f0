import { expect, test } from "bun:test";
import { Tally } from "./tally.ts";
import { told } from "./testing/told.ts";

test("counts are those of what ended while it was open", () => {
  const tally = new Tally();
  tally.confirm(told("CART~1"), 0, 900);
  tally.open(1_000);
  tally.confirm(told("CART~2"), 990, 1_010);
  tally.refuse("sold_out");
  tally.close(2_000);
  tally.confirm(told("CART~3"), 1_990, 2_900);
  tally.refuse("sold_out");
  expect([tally.confirmed, tally.refused]).toEqual([1, 1]);
});

test("latencies are those of what began while it was open, however late it ended", () => {
  const tally = new Tally();
  tally.confirm(told("CART~1"), 0, 900);
  tally.open(1_000);
  tally.confirm(told("CART~2"), 200, 1_010);
  tally.confirm(told("CART~3"), 1_010, 1_020);
  tally.close(2_000);
  // The shop stood still when the time was over: that is no reason to leave out who waited.
  tally.confirm(told("CART~4"), 1_900, 2_600);
  tally.confirm(told("CART~5"), 2_000, 2_900);
  expect(tally.latencyMs("order").p50).toBeWithin(9.9, 10.1);
  expect(tally.latencyMs("order").max).toBeWithin(699, 701);
});

test("every acknowledged order is remembered, whenever it came", () => {
  const tally = new Tally();
  tally.confirm(told("CART~1"), 1, 2);
  tally.open(3);
  tally.confirm(told("CART~2"), 4, 5);
  tally.close(6);
  tally.confirm(told("CART~3"), 5, 7);
  const orders = tally.acknowledged.map(({ reply }) => reply.orderId);
  expect(orders).toEqual(["CART~1", "CART~2", "CART~3"]);
});

test("percentiles come from all latencies, and a wait of more than a minute counts as one minute", () => {
  const tally = new Tally();
  tally.open(0);
  for (let ms = 1; ms <= 99; ms += 1) tally.time("checkout", 0, ms);
  tally.time("checkout", 0, 120_000);
  const { p50, p95, p99, max } = tally.latencyMs("checkout");
  expect(p50).toBeWithin(49.9, 50.2);
  expect(p95).toBeWithin(94.9, 95.2);
  expect(p99).toBeWithin(98.9, 99.2);
  expect(max).toBeWithin(59_900, 60_100);
});
