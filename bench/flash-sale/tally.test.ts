import { expect, test } from "bun:test";
import { Tally } from "./tally.ts";
import { told } from "./testing/told.ts";

test("what happens before it opens and after it closes is no part of the figures", () => {
  const tally = new Tally();
  tally.confirm(told("CART~1"), 900);
  tally.open();
  tally.confirm(told("CART~2"), 10);
  tally.refuse("sold_out");
  tally.close();
  tally.confirm(told("CART~3"), 900);
  tally.refuse("sold_out");
  expect([tally.confirmed, tally.refused]).toEqual([1, 1]);
  expect(tally.latencyMs("order").max).toBeWithin(9.9, 10.1);
});

test("every acknowledged order is remembered, whenever it came", () => {
  const tally = new Tally();
  tally.confirm(told("CART~1"), 1);
  tally.open();
  tally.confirm(told("CART~2"), 1);
  tally.close();
  tally.confirm(told("CART~3"), 1);
  const orders = tally.acknowledged.map(({ reply }) => reply.orderId);
  expect(orders).toEqual(["CART~1", "CART~2", "CART~3"]);
});

test("percentiles come from all latencies, and a wait of more than a minute counts as one minute", () => {
  const tally = new Tally();
  tally.open();
  for (let ms = 1; ms <= 99; ms += 1) tally.time("checkout", ms);
  tally.time("checkout", 120_000);
  const { p50, p95, p99, max } = tally.latencyMs("checkout");
  expect(p50).toBeWithin(49.9, 50.2);
  expect(p95).toBeWithin(94.9, 95.2);
  expect(p99).toBeWithin(98.9, 99.2);
  expect(max).toBeWithin(59_900, 60_100);
});
