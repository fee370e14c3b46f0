import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ResultFileError, readResultFile, resultText } from "./result-file.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { SAMPLE_SCENARIO, sampleResult } from "./testing/sample-result.ts";

const directory = mkdtempSync(join(tmpdir(), "stampede-result-"));
const FIRST_FORMAT = new URL("testing/result-1.json", import.meta.url);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(directory, `${crypto.randomUUID()}.json`);
  writeFileSync(path, text);
  return path;
}

/** The file of a result with a field replaced, as the path of keys says. */
function damaged(keys: readonly (string | number)[], value: unknown): string {
  const stored = JSON.parse(resultText(sampleResult())) as Record<string | number, unknown>;
  let place = stored;
  for (const key of keys.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[keys.at(-1) ?? ""] = value;
  return file(JSON.stringify(stored));
}

test("a result that was written reads as it was, open fields of its scenario included", async () => {
  expect(await readResultFile(file(resultText(sampleResult())))).toEqual(sampleResult());
});

test("a result whose journal could not be read any more reads as it was", async () => {
  const result = sampleResult({ reconciliation: null, shopWentAway: true, phases: [], timeline: [] });
  expect(await readResultFile(file(resultText(result)))).toEqual(result);
});

test("a scenario with everything that scenarios have reads as it was", async () => {
  const scenario: Scenario = {
    ...SAMPLE_SCENARIO,
    shop: { skus: 0, stock: undefined, limitPerCustomer: 2, zipf: 0.9 },
    arrivals: { kind: "recorded", day: "2010-12-05", speed: 60 },
    journeys: [
      {
        name: "all",
        weight: 0.5,
        steps: [
          { kind: "browse", products: 3 },
          { kind: "add", lines: 2, quantity: 1 },
          { kind: "basket" },
          { kind: "think", meanMs: 250 },
          { kind: "burst", commands: 20, quantity: 1 },
          { kind: "empty" },
          { kind: "checkout", paymentToken: "tok_declined" },
        ],
      },
    ],
    thresholds: [{ measure: "order.p99Ms", comparison: "<=", limit: 50, phase: "spike" }],
  };
  const result = sampleResult({ scenario });
  expect(await readResultFile(file(resultText(result)))).toEqual(result);
});

test("a file of the first format still reads as what it was", async () => {
  const { timeline, ...others } = sampleResult();
  // Seconds kept no distributions then.
  const seconds = timeline.map(({ latencies, ...second }) => {
    const brief = Object.entries(latencies).map(([timed, latency]) => [
      timed,
      { ...latency, histogram: undefined },
    ]);
    return { ...second, latencies: Object.fromEntries(brief) };
  });
  expect(await readResultFile(FIRST_FORMAT.pathname)).toEqual({ ...others, timeline: seconds });
});

const wrong: readonly (readonly [what: string, path: string, says: RegExp])[] = [
  ["no file", join(directory, "none.json"), /none\.json does not exist$/],
  ["a directory", directory, /cannot be read: .*EISDIR/],
  ["no JSON", file("orders,7"), /is no result of a bench run: it is not JSON$/],
  ["a list", file("[]"), /is no result of a bench run: expected object, received array$/],
  [
    "a missing field",
    damaged(["whole", "orders"], undefined),
    /: whole\.orders: expected number, received undefined$/,
  ],
  [
    "text for a number",
    damaged(["phases", 1, "fromSecond"], "6"),
    /: phases\[1\]\.fromSecond: expected number, received string$/,
  ],
  ["a later format", damaged(["format"], 2), /: its format is 2; this version of Stampede reads format 1$/],
];

for (const [what, path, says] of wrong) {
  test(`${what} is refused with the file and the field`, async () => {
    await expect(readResultFile(path)).rejects.toThrow(says);
    await expect(readResultFile(path)).rejects.toThrow(path);
    await expect(readResultFile(path)).rejects.toBeInstanceOf(ResultFileError);
  });
}
