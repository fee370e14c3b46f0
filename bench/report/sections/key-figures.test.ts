import { expect, test } from "bun:test";
import { sampleResult } from "../testing/sample-result.ts";
import { keyFiguresSection } from "./key-figures.ts";

test("a latency has as many digits as its histogram tells apart", () => {
  const { whole } = sampleResult();
  const { order } = whole.latencies;
  if (order === undefined) throw new Error("the sample has orders");
  const told = { ...order, p50Ms: 5.913, p99Ms: 61.472, p9999Ms: 1_541.119 };
  const section = keyFiguresSection(sampleResult({ whole: { ...whole, latencies: { order: told } } }));
  expect(section.text.match(/(?<=<dd>)[^<]* ms/g)).toEqual(["5.91 ms", "61.5 ms", "1,541 ms"]);
});
