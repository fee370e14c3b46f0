import { expect, test } from "bun:test";
import type { TimelineSecond } from "./run-result.ts";
import { runText } from "./run-text.ts";
import { testResult, testStretch } from "./testing/result.ts";
import { testScenario } from "./testing/scenario.ts";

test("a result in lines: rate, phases, latencies, counts, the journal's word and the thresholds", () => {
  const threshold = { measure: "order.p99Ms", comparison: "<=", limit: 50, phase: undefined } as const;
  const thresholds = [
    { ...threshold, measured: 40, isMet: true },
    { ...threshold, measure: "push.p99Ms", phase: "spike", measured: null, isMet: false },
  ];
  const whole = testStretch({ dropped: 0 });
  expect(runText(testResult({ thresholds, whole }))).toBe(`\
sale: 4 orders/s   (14 orders in 4 s, one generator, seed 42)

phase  seconds  arrivals/s  orders/s  dropped  refused  p50 ms  p99 ms  max ms
calm         2          10         3        2        6    8.00    20.0    43.0
spike        2          10         5        2        6    8.00    40.0    43.0
all          4           5         4        0        6    8.00    40.0    43.0

latency, ms  count   p50   p90   p99  p99.9  p99.99   max
whole order     20  8.00  15.0  40.0   41.0    42.0  43.0
add to cart     20  8.00  15.0  40.0   41.0    42.0  9.00

arrivals      20, 0 dropped (0.0 %)
refused       6 (sold_out 5, overloaded 1); 1 of 1 retryable ones say when
no answer     0, sent again 1
CPU per order 200 µs (shop 100 µs, Postgres 60 µs, generators 40 µs)
processors    shop 0.50, Postgres 0.30, generators 0.20
journal       812 bytes per order, with its indexes

kept its word: 16 acknowledged (with the warm-up), 16 in the journal, 0 lost; 16 of 200 units sold, 0 oversold

met     order.p99Ms <= 50   (40)
BROKEN  spike: push.p99Ms <= 50   (not measured)`);
});

test("who came to a shop that was gone is in no rate of a run that ended when it went away", () => {
  const second = (number: number): TimelineSecond => ({
    second: number,
    phase: "calm",
    arrivals: 10,
    dropped: number < 3 ? 0 : 10,
    orders: 0,
    holds: 0,
    refusedByCode: {},
    latencies: {},
    available: null,
    shopLoad: null,
    postgresLoad: null,
    generatorLoad: 0,
    latestStartMs: 0,
  });
  const timeline = Array.from({ length: 8 }, (_, number) => second(number));
  const measured = testStretch({ seconds: 1.5, arrivals: 60, dropped: 50 });
  const phases = [{ name: "calm", fromSecond: 2, toSecond: 3.5, measured }];
  const text = runText(testResult({ shopWentAway: true, timeline, phases, whole: measured }));
  expect(text).toMatch(/^calm +1.5 +10 /m);
});

test("a run without a warm-up has no word of one", () => {
  expect(runText(testResult({ scenario: testScenario({ warmUpSeconds: 0 }) }))).toContain(
    "kept its word: 16 acknowledged, 16 in the journal",
  );
});

test("why the CPU time is unknown is said before the verdict", () => {
  const lines = runText(testResult({ cpuUnknownBecause: "1 of its 2 nodes are not known" })).split("\n");
  const note = lines.indexOf("note: CPU time is unknown: 1 of its 2 nodes are not known");
  expect(lines[note + 1]).toStartWith("kept its word");
});

test("dropped arrivals and generators that could not keep up are said before the verdict", () => {
  const saturation = { isSaturated: true, reasons: ["Generator 0 used up to 98 % of a processor."] };
  const lines = runText(testResult({ saturation })).split("\n");
  const dropped = lines.indexOf(
    "DROPPED: 2 arrivals found no free connection; they are in no latency. More connections: --sockets",
  );
  expect(dropped).toBeGreaterThan(0);
  expect(lines[dropped + 1]).toStartWith(
    "SATURATED: these figures are the generators' rather than the shop's.",
  );
  expect(lines[dropped + 2]).toBe("  Generator 0 used up to 98 % of a processor.");
  expect(lines[dropped + 3]).toStartWith("kept its word");
});

test("more connections are no help where the shop was gone", () => {
  const text = runText(testResult({ shopWentAway: true }));
  expect(text).toContain("DROPPED: 2 arrivals found no free connection; they are in no latency.\n");
});

test("visits that never ended are said", () => {
  expect(runText(testResult({ whole: testStretch({ unfinished: 3 }) }))).toContain(
    "UNFINISHED: 3 visits were cut off or waited in vain;",
  );
});

test("a shop that lost an order broke its word, and the order is named", () => {
  const { reconciliation } = testResult();
  if (reconciliation === null) throw new Error("the test's result has a reconciliation");
  const text = runText(
    testResult({ reconciliation: { ...reconciliation, lost: 1, lostOrders: ["CART~1"] } }),
  );
  expect(text).toContain(
    "lost: CART~1\nBROKE ITS WORD: 16 acknowledged (with the warm-up), 16 in the journal, 1 lost",
  );
});

test("a run that ended early says why, and what could not be compared", () => {
  const text = runText(testResult({ shopWentAway: true, reconciliation: null }));
  expect(text.split("\n")[0]).toEndWith("— ended early because the shop went away");
  expect(text).toContain("NOT COMPARED: the journal cannot be read.");
  expect(runText(testResult({ interrupted: true })).split("\n")[0]).toEndWith(
    "— ended early because it was told to",
  );
});
