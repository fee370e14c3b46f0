import { afterEach, beforeEach, expect, test } from "bun:test";
import { RETAIL_HEADER } from "../retail/testing/retail-text.ts";
import { TemporaryFiles } from "../retail/testing/temporary-file.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { readRecordedDay } from "./recorded-day.ts";
import { testScenario } from "../runs/testing/scenario.ts";

let files: TemporaryFiles;
beforeEach(() => {
  files = new TemporaryFiles();
});
afterEach(() => files.remove());

/** Rows `invoice,code,quantity,date`. */
function fileOf(...rows: readonly string[]): string {
  const lines = rows.map((row) => {
    const [invoice = "", code = "", quantity = "", date = ""] = row.split(",");
    return `${invoice},${code},THING ${code},${quantity},${date},2.50,17850,United Kingdom`;
  });
  return files.write("day.csv", `${[RETAIL_HEADER, ...lines].join("\n")}\n`);
}

function recorded(speed: number, day?: string): Scenario {
  const phases = [{ name: "day", seconds: 61, fromRate: 0, toRate: 0 }];
  return testScenario({ arrivals: { kind: "recorded", day, speed }, warmUpSeconds: 0, phases });
}

const TWO_DAYS = [
  "1,LAMP,9,2010-12-01 10:00:00",
  "2,MUG,1,2010-12-02 10:00:00",
  "2,LAMP,3,2010-12-02 10:00:00",
  "3,LAMP,2,2010-12-02 11:00:00",
];

test("baskets are the invoices of the busiest day, each at its time at the given speed", async () => {
  const day = await readRecordedDay(fileOf(...TWO_DAYS), recorded(60), "r1");
  expect(day).toEqual({
    day: "2010-12-02",
    skus: ["bench-r1-1", "bench-r1-2"],
    baskets: [
      {
        atMs: 0,
        lines: [
          { sku: "bench-r1-2", quantity: 1 },
          { sku: "bench-r1-1", quantity: 3 },
        ],
      },
      { atMs: 60_000, lines: [{ sku: "bench-r1-1", quantity: 2 }] },
    ],
  });
});

test("another day is played when it is named", async () => {
  const { day, baskets } = await readRecordedDay(fileOf(...TWO_DAYS), recorded(60, "2010-12-01"), "r1");
  expect([day, baskets.length]).toEqual(["2010-12-01", 1]);
});

test("cancellations and what is no product are left out", async () => {
  const rows = [
    "1,LAMP,1,2010-12-01 10:00:00",
    "C2,LAMP,-1,2010-12-01 10:01:00",
    "3,POST,1,2010-12-01 10:02:00",
  ];
  const { skus, baskets } = await readRecordedDay(fileOf(...rows), recorded(60), "r1");
  expect([skus, baskets.length]).toEqual([["bench-r1-1"], 1]);
});

test("a day without sales, and one that the scenario is too short for, are refused", async () => {
  const path = fileOf(...TWO_DAYS);
  await expect(readRecordedDay(path, recorded(60, "2011-01-01"), "r1")).rejects.toThrow(
    "nothing was sold on 2011-01-01",
  );
  await expect(readRecordedDay(path, recorded(30), "r1")).rejects.toThrow(
    "2010-12-02 takes more than 120 s at speed 30, but the phases of sale only 61 s",
  );
});
