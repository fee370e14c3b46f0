import { expect, test } from "bun:test";
import { LiveView } from "./live-view.ts";
import type { TimelineSecond } from "./run-result.ts";

const ESCAPE = "\u001b";

function second(number: number, changes: Partial<TimelineSecond> = {}): TimelineSecond {
  return {
    second: number,
    phase: "spike",
    arrivals: 5_012,
    dropped: 0,
    orders: 4_998,
    holds: 5_003,
    refusedByCode: {},
    latencies: { order: { p50Ms: 2.314, p95Ms: 4.9, p99Ms: 12.04, maxMs: 133.1, histogram: "" } },
    available: 42_010,
    shopLoad: 0.81,
    postgresLoad: null,
    generatorLoad: 0.52,
    latestStartMs: 0,
    ...changes,
  };
}

/** A view, and what it has written. */
function view({ isTerminal = true, hasColour = false, columns = 100 } = {}) {
  const written: string[] = [];
  const screen = {
    isTerminal,
    hasColour,
    columns: () => columns,
    write: (text: string) => void written.push(text),
  };
  return { live: new LiveView(screen, "flash-sale", 60), written };
}

test("on a terminal a second is a picture", () => {
  const { live, written } = view();
  live.stage("running");
  written.splice(0);
  live.second(second(29, { refusedByCode: { sold_out: 3, overloaded: 11 } }));
  expect(written.at(-1)).toBe(`\
flash-sale  spike  0:30 of 1:00  [############............]
  arrivals   5,012/s
  orders     4,998/s   units held 5,003/s
  refused    overloaded 11, sold_out 3
  latency    p50 2.31   p95 4.90   p99 12.0   max 133 ms   whole order
  stock      42,010 of the most popular product
  processors shop 0.81   Postgres unknown   generators 0.52
  orders/s   █  max 4,998
  p99        █  max 12 ms
`);
});

test("what was under way at the end does not run past it", () => {
  const { live, written } = view();
  live.stage("running");
  live.second(second(60));
  expect(written.at(-1)).toStartWith("flash-sale  spike  1:00 of 1:00  [########################]\n");
});

test("the next picture takes the place of the last one, and the end takes it away", () => {
  const { live, written } = view();
  live.stage("running");
  live.second(second(1));
  written.splice(0);
  live.second(second(2));
  expect(written[0]).toBe(`${ESCAPE}[9A\r${ESCAPE}[J`);
  written.splice(0);
  live.end();
  expect(written).toEqual([`${ESCAPE}[9A\r${ESCAPE}[J`]);
  live.end();
  expect(written).toHaveLength(1);
});

test("colour only where it is wanted: dropped arrivals are red there", () => {
  const dropped = second(1, { dropped: 7 });
  const coloured = view({ hasColour: true });
  coloured.live.second(dropped);
  expect(coloured.written.at(-1)).toContain(`${ESCAPE}[31m  arrivals   5,012/s   DROPPED 7${ESCAPE}[0m\n`);
  const plain = view({ hasColour: false });
  plain.live.second(dropped);
  expect(plain.written.at(-1)).not.toContain(ESCAPE);
});

const BUSY = "Generator 0 used up to 98 % of a processor from second 6 on (in 2 seconds of spike)";
const BUSIER = BUSY.replace("in 2 seconds", "in 3 seconds");

test("generators that cannot keep up are red below the picture, as they are now", () => {
  const { live, written } = view({ hasColour: true, columns: 160 });
  live.saturated({ isSaturated: true, reasons: [BUSY] });
  live.second(second(1));
  live.saturated({ isSaturated: true, reasons: [BUSIER] });
  live.second(second(2));
  expect(written.at(-1)).toEndWith(`\n${ESCAPE}[31m  SATURATED  ${BUSIER}${ESCAPE}[0m\n`);
});

test("without a terminal each generator that cannot keep up is told once", () => {
  const { live, written } = view({ isTerminal: false });
  live.saturated({ isSaturated: true, reasons: [BUSY] });
  live.saturated({ isSaturated: true, reasons: [BUSIER] });
  expect(written).toEqual([`SATURATED: ${BUSY}\n`]);
});

test("no line is longer than the terminal is wide", () => {
  const { live, written } = view({ columns: 30 });
  live.second(second(1));
  for (const line of (written.at(-1) ?? "").split("\n")) expect(line.length).toBeLessThan(30);
});

test("a terminal that does not say how wide it is has 80 columns", () => {
  const { live, written } = view({ columns: 0 });
  live.second(second(1, { refusedByCode: { ["x".repeat(100)]: 1 } }));
  const lengths = (written.at(-1) ?? "").split("\n").map((line) => line.length);
  expect(Math.max(...lengths)).toBe(79);
});

test("a stage before the first second shows how much of it is done", () => {
  const { live, written } = view();
  live.stage("opening connections", 500, 1_000);
  expect(written.at(-1)).toBe("flash-sale  opening connections  500 of 1,000  [############............]\n");
});

test("without a terminal there are plain lines: each stage once, and a second now and then", () => {
  const { live, written } = view({ isTerminal: false });
  live.stage("opening connections", 1, 1_000);
  live.stage("opening connections", 2, 1_000);
  live.stage("running");
  for (let number = 0; number < 10; number += 1) live.second(second(number));
  live.stage("comparing with the journal");
  live.end();
  expect(written.map((line) => line.split(",")[0])).toEqual([
    "flash-sale: opening connections\n",
    "0:01 spike: arrivals 5",
    "0:05 spike: arrivals 5",
    "0:10 spike: arrivals 5",
    "flash-sale: comparing with the journal\n",
  ]);
  expect(written[1]).toBe(
    "0:01 spike: arrivals 5,012/s, orders 4,998/s, dropped 0, refused 0, whole order p50 2.31 ms, p99 12.0 ms, stock 42,010, processors: shop 0.81, Postgres unknown, generators 0.52\n",
  );
});

test("history is drawn as high as it was; what was not measured leaves a gap", () => {
  const { live, written } = view();
  live.second(second(1, { orders: 0, latencies: {} }));
  live.second(second(2, { orders: 50 }));
  live.second(second(3, { orders: 100 }));
  const lines = (written.at(-1) ?? "").split("\n");
  expect(lines.find((line) => line.startsWith("  orders/s"))).toBe("  orders/s   ▁▅█  max 100");
  expect(lines.find((line) => line.startsWith("  p99"))).toBe("  p99         ██  max 12 ms");
});
