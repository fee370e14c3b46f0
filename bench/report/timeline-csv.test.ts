import { expect, test } from "bun:test";
import { sampleResult } from "./testing/sample-result.ts";
import { timelineCsv } from "./timeline-csv.ts";

const rowsOf = (text: string): readonly string[] => text.split("\r\n");

test("every second is a line below headings that name what they hold", () => {
  const [heading, first, , , , , , spike, ...rest] = rowsOf(timelineCsv(sampleResult()));
  expect(heading).toBe(
    "second,phase,arrivals,dropped,orders,holds,refused.BUSY,refused.OUT_OF_STOCK,order.p50Ms,order.p95Ms,order.p99Ms,order.maxMs,cart.add.p50Ms,cart.add.p95Ms,cart.add.p99Ms,cart.add.maxMs,push.p50Ms,push.p95Ms,push.p99Ms,push.maxMs,available,shopLoad,postgresLoad,generatorLoad,latestStartMs",
  );
  expect(spike).toBe("6,spike,328,2,325,326,1,3,15,30,45,75,6,12,18,30,2,4,6,10,1100,0.8,0.5,0.3,1.5");
  expect(first).toBe("0,warm-up,28,0,25,26,0,0,8,16,24,40,3,6,9,15,,,,,,0.2,0.1,0.05,0.25");
  // Three more seconds, and nothing behind the last line break.
  expect(rest).toHaveLength(4);
  expect(rest.at(-1)).toBe("");
});

test("a phase whose name has commas and quotes stays one cell", () => {
  const [second] = sampleResult().timeline;
  if (second === undefined) throw new Error("the sample has no second");
  const [, row] = rowsOf(timelineCsv(sampleResult({ timeline: [{ ...second, phase: 'the "big", one' }] })));
  expect(row).toStartWith('0,"the ""big"", one",28,');
});

test("a run without a second is only its headings", () => {
  expect(timelineCsv(sampleResult({ timeline: [] }))).toBe(
    "second,phase,arrivals,dropped,orders,holds,available,shopLoad,postgresLoad,generatorLoad,latestStartMs\r\n",
  );
});
