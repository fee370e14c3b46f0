import { expect, test } from "bun:test";
import { chaosText, faultReport, isClean } from "./chaos-report.ts";
import type { CycleResult } from "./run-fault.ts";

function cycle(number: number, changes: Partial<CycleResult> = {}): CycleResult {
  const kept = { lost: 0, oversold: 0, others: 0, problems: [] };
  return {
    cycle: number,
    toServeMs: number * 10,
    acknowledged: number * 1_000,
    failed: number,
    fencedAppends: 1,
    ...kept,
    ...changes,
  };
}

const hundred = Array.from({ length: 100 }, (_, index) => cycle(index + 1));

test("the last cycle has counted all orders, and every cycle its time to serve again", () => {
  const report = faultReport("pause-node", hundred);
  expect(report).toMatchObject({ cycles: 100, acknowledged: 100_000, failed: 100, fencedAppends: 100 });
  expect(report.toServeMs).toEqual({ p50: 500, p99: 990, max: 1_000 });
  expect(chaosText([report])).toEndWith("nothing was lost, nothing oversold");
  expect(chaosText([report]).split("\n")[1]).toMatch(
    /^pause-node +100 +100,000 +0 +0 +0 +100 +100 +500 ms +990 ms$/,
  );
});

test("one lost order breaks the word, and is named", () => {
  const report = faultReport("kill-node", [
    cycle(1),
    cycle(2, { lost: 1, problems: ["orders: CART~1 is gone"] }),
  ]);
  expect(isClean([report])).toBe(false);
  expect(chaosText([faultReport("kill-postgres", [cycle(1)]), report])).toEndWith(
    "kill-node: orders: CART~1 is gone\nBROKE ITS WORD",
  );
});

test("a run that ended before its time proves nothing", () => {
  const report = faultReport("fill-disk", [], { failure: "ended early" });
  expect(isClean([report])).toBe(false);
  expect(report.toServeMs).toBeNull();
  expect(chaosText([report])).toEndWith("fill-disk: ended early\nNOT FINISHED");
});

test("what is kept of a world that broke its word is named in one line", () => {
  const results = [cycle(1, { others: 1, problems: ["views: shop/inventory/A is older"] })];
  expect(chaosText([faultReport("kill-node", results, { evidence: "/shops/kill-node-1" })])).toEndWith(
    "kill-node: views: shop/inventory/A is older\nkill-node: history, logs and verdict are in /shops/kill-node-1\nBROKE ITS WORD",
  );
});
