import { expect, test } from "bun:test";
import { cartsText, type CartsReport } from "./carts-report.ts";
import { readMemory } from "./resident-memory.ts";
import { sumOf } from "./shop-figures.ts";

const REPORT: CartsReport = {
  runId: "r",
  carts: 1_000_000,
  skus: 1_000,
  seconds: 100,
  cartsPerSecond: 10_000,
  residentBytesBefore: 100e6,
  residentBytes: 800e6,
  peakBytes: 900e6,
  activatedActors: 50_000,
  quietSeconds: 150,
  residentBytesQuiet: null,
  activatedActorsQuiet: 0,
  checkpoints: 4_000,
  checkpointsPerSecond: 40,
};

test("the text names the rate, the memory and what is left in it", () => {
  const lines = cartsText(REPORT).split("\n");
  expect(lines[0]).toBe("1,000,000 carts abandoned   (1,000 products, 100.0 s, 10,000 carts/s)");
  expect(lines).toContain("after the last cart             800 MB            50,000");
  expect(lines).toContain("after 150 quiet seconds        unknown                 0");
});

test("a metric is summed over the lanes, and no other metric whose name begins alike", () => {
  const metrics = '# TYPE a gauge\na{lane="0"} 3\na{lane="1"} 4\na_b{lane="0"} 5\nc 6\n';
  expect([sumOf(metrics, "a"), sumOf(metrics, "c"), sumOf(metrics, "d")]).toEqual([7, 6, 0]);
});

test("the memory of a process that is not there is unknown, not zero", () => {
  expect(readMemory(2 ** 30)).toEqual({ residentBytes: null, peakBytes: null });
});
