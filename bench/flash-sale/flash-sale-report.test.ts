import { expect, test } from "bun:test";
import { flashSaleReport, keptItsWord } from "./flash-sale-report.ts";
import { flashSaleText } from "./flash-sale-text.ts";
import { Tally } from "./tally.ts";
import { told } from "./testing/told.ts";

const plan = { runId: "r", sockets: 2, skus: 1, seconds: 2, warmUpSeconds: 0 };
const journal = {
  confirmedInJournal: 4,
  lost: 0,
  lostOrders: [],
  contradicted: 0,
  contradictions: [],
  oversold: 0,
  soldUnits: 4,
  receivedUnits: 10,
};
const cpu = { shopMicros: 400, postgresMicros: 300, generatorMicros: 100 };

function reportOf(
  changes: { readonly journal?: object; readonly shopMicros?: null; readonly shopWentAway?: true } = {},
) {
  const tally = new Tally();
  tally.open(0);
  for (let index = 1; index <= 4; index += 1) tally.confirm(told(`CART~${index}`), 0, index);
  tally.refuse("sold_out");
  const used = "shopMicros" in changes ? { ...cpu, shopMicros: null } : cpu;
  const measured = {
    plan,
    tally,
    cpu: used,
    cpuUnknownBecause: null,
    elapsedMs: 2_000,
    interrupted: false,
    shopWentAway: changes.shopWentAway ?? false,
  };
  return flashSaleReport(measured, { ...journal, ...changes.journal });
}

test("rates and CPU time are per confirmed order", () => {
  const report = reportOf();
  expect(report.ordersPerSecond).toBe(2);
  expect(report.cpuMicrosPerOrder).toBe(200);
  expect(report.cpuMicrosPerOrderByPart).toEqual({ shop: 100, postgres: 75, generator: 25 });
  expect(report.refusedByCode).toEqual({ sold_out: 1 });
});

test("CPU time that cannot be measured in full has no sum", () => {
  expect(reportOf({ shopMicros: null }).cpuMicrosPerOrder).toBeNull();
});

test("a lost order, an oversold unit, an order that nobody asked for or another answer breaks the word", () => {
  expect(keptItsWord(reportOf())).toBe(true);
  for (const broken of [{ lost: 1 }, { oversold: 1 }, { confirmedInJournal: 5 }, { contradicted: 1 }]) {
    const report = reportOf({ journal: broken });
    expect(keptItsWord(report)).toBe(false);
    expect(flashSaleText(report)).toContain("BROKE ITS WORD");
  }
});

test("the text names the rate, the refusals and the verdict", () => {
  const text = flashSaleText(reportOf());
  expect(text).toStartWith("2 orders/s   (4 orders in 2 s, 2 shoppers, one product)");
  expect(text).toContain("refused       1 (sold_out 1)");
  expect(text).toContain(
    "kept its word: 4 acknowledged, 4 in the journal, 0 lost; 4 of 10 units sold, 0 oversold",
  );
});

test("orders of a warm-up are in the verdict, not in the rate, and that is said", () => {
  expect(flashSaleText({ ...reportOf(), warmUpSeconds: 2 })).toContain(
    "kept its word: 4 acknowledged (with the warm-up), 4 in the journal",
  );
});

test("a run that cannot tell all CPU time says why", () => {
  const report = { ...reportOf({ shopMicros: null }), cpuUnknownBecause: "2 of its 3 nodes are elsewhere" };
  const text = flashSaleText(report);
  expect(text).toContain("CPU per order unknown (shop unknown, ");
  expect(text).toEndWith("note: CPU time is unknown: 2 of its 3 nodes are elsewhere");
  expect(flashSaleText(reportOf())).not.toContain("CPU time is unknown");
});

test("a run that the shop has left says so, keeps the comparison, and tells no CPU time of processes that are gone", () => {
  const report = reportOf({ shopWentAway: true });
  expect(report).toMatchObject({ endedEarly: true, shopWentAway: true, interrupted: false, lost: 0 });
  expect(report.cpuMicrosPerOrderByPart).toEqual({ shop: null, postgres: null, generator: 25 });
  const text = flashSaleText(report);
  expect(text.split("\n")[0]).toEndWith("ended early because the shop went away");
  expect(text).toContain("CPU per order unknown (shop unknown, Postgres unknown, generator 25 µs)");
  expect(text).toContain("kept its word: 4 acknowledged, 4 in the journal, 0 lost");
});

test("without the journal nothing is said to be kept", () => {
  const ended = { elapsedMs: 0, interrupted: false, shopWentAway: true };
  const measured = { plan, tally: new Tally(), cpu, cpuUnknownBecause: null, ...ended };
  const report = flashSaleReport(measured, undefined);
  expect(keptItsWord(report)).toBe(false);
  expect([report.lost, report.oversold, report.cpuMicrosPerOrderByPart.generator]).toEqual([
    null,
    null,
    null,
  ]);
  const text = flashSaleText(report);
  expect(text).toContain("NOT COMPARED: 0 acknowledged");
  expect(text).toMatch(/whole order +unknown +unknown +unknown +unknown/);
});
