import { expect, test } from "bun:test";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { Problem } from "../../gateway/protocol/messages.ts";
import { SecondTally } from "./second-tally.ts";

const SOLD_OUT: Problem = {
  type: "/problems/sold_out",
  title: "Sold out",
  status: 409,
  code: "sold_out",
  detail: "None left.",
};

test("a second tells what happened in it, and the next one begins with nothing", () => {
  const tally = new SecondTally(3);
  tally.begin();
  for (const what of ["arrivals", "arrivals", "dropped", "orders"] as const) tally.count(what);
  tally.held(4);
  tally.late(2);
  tally.late(1);
  tally.refuse({ ...SOLD_OUT }, 3);
  tally.refuse({ ...SOLD_OUT, code: "overloaded" }, 3);
  tally.refuse({ ...SOLD_OUT, code: "too_many_holds", retryAfterMs: 1_000 }, 3);
  expect(tally.close()).toMatchObject({
    generator: 3,
    second: 0,
    arrivals: 2,
    dropped: 1,
    orders: 1,
    holds: 4,
    latestStartMs: 2,
    refusedByCode: { sold_out: 1, overloaded: 1, too_many_holds: 1 },
    retryable: 2,
    retryableWithHint: 1,
  });
  expect(tally.close()).toMatchObject({
    second: 1,
    arrivals: 0,
    holds: 0,
    latestStartMs: 0,
    refusedByCode: {},
  });
});

test("latencies are a histogram of what was timed, and of nothing else", () => {
  const tally = new SecondTally(0);
  tally.time("order", 12.5);
  tally.time("order", 120_000);
  tally.time("checkout", 3);
  const first = tally.close().micros;
  expect(Object.keys(first).toSorted()).toEqual(["checkout", "order"]);
  const orders = decodeFromCompressedBase64(first.order ?? "", 32, false);
  expect(orders.totalCount).toBe(2);
  expect(orders.minNonZeroValue).toBeWithin(12_480, 12_520);
  expect(orders.maxValue).toBeWithin(59_900_000, 60_100_000);
  tally.time("checkout", 5);
  const second = tally.close().micros;
  expect(Object.keys(second)).toEqual(["checkout"]);
  expect(decodeFromCompressedBase64(second.checkout ?? "", 32, false).totalCount).toBe(1);
});

test("CPU time is that of the second alone", () => {
  const tally = new SecondTally(0);
  tally.begin();
  const { user, system } = process.cpuUsage();
  tally.close();
  expect(tally.close().cpuMicros).toBeLessThan(user + system);
});
