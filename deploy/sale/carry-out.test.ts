import { expect, test } from "bun:test";
import type { Problem } from "../../gateway/protocol/messages.ts";
import { carryOut, type CarryOutOptions } from "./carry-out.ts";
import { changeReport, changeText, exitCodeOfChange } from "./change-report.ts";
import type { ProductChange, SalePlan } from "./sale-plan.ts";
import { sampleSale } from "./testing/sample-product.ts";

const shop = { command: () => Promise.reject(new Error("changes send for themselves")) };

/** A change that the shop answers with these codes, one after the other, and then is done. */
function change(
  sku: string,
  ...codes: readonly string[]
): ProductChange & { readonly keys: (string | undefined)[] } {
  const left = [...codes];
  const keys: (string | undefined)[] = [];
  return {
    sku,
    from: null,
    to: null,
    text: "on sale -> paused",
    keys,
    send: (_shop, { key }) => {
      keys.push(key);
      const code = left.shift();
      return Promise.resolve(
        code === undefined
          ? { ok: true, value: {} }
          : { ok: false, problem: { code, detail: `${code}.` } as Problem },
      );
    },
  };
}

async function carriedOut(changes: readonly ProductChange[], more: Partial<CarryOutOptions> = {}) {
  const plan: SalePlan = { action: "pause", changes, unchanged: [], refusals: [] };
  const endings = await carryOut(changes, {
    shops: [shop],
    key: "k",
    timeoutMs: 60_000,
    ended: () => undefined,
    ...more,
  });
  return changeReport(plan, "k", endings);
}

test("who is not reached is asked again under the same key when all others have been asked", async () => {
  const away = change("A", "overloaded", "outcome_unknown");
  const counts: number[] = [];
  const report = await carriedOut([away, change("B")], { ended: (count) => counts.push(count) });
  expect(report).toMatchObject({ changed: 2, unreached: 0, refused: 0 });
  expect(away.keys).toEqual(["k", "k", "k"]);
  expect(counts).toEqual([0, 1, 1, 2]);
  expect(exitCodeOfChange(report)).toBe(0);
});

test("a switch for all of a large shop spends its time on the shop, not on counting", async () => {
  const changes = Array.from({ length: 100_000 }, (_, index) => change(`P${index}`));
  const counts: number[] = [];
  const report = await carriedOut(changes, { ended: (count) => counts.push(count) });
  expect(report.changed).toBe(100_000);
  expect(counts).toEqual(changes.map((_, index) => index + 1));
});

test("who is never reached is told, and the rest is done: exit code 3", async () => {
  const report = await carriedOut([change("A", "unavailable"), change("B")], { timeoutMs: 0 });
  expect(report).toMatchObject({ changed: 1, unreached: 1 });
  expect(exitCodeOfChange(report)).toBe(3);
  expect(changeText(report)).toBe(`1 product paused
  B  on sale -> paused
1 product not reached, perhaps done all the same; the same command again finishes:
  A: unavailable.
`);
});

test("a refusal is final: with nothing done it is a failure, and a conflict if another operator was faster", async () => {
  const refused = await carriedOut([change("A", "unknown_sku")]);
  expect([refused.refused, exitCodeOfChange(refused)]).toEqual([1, 1]);
  const conflict = await carriedOut([change("A", "other_sale")]);
  expect(exitCodeOfChange(conflict)).toBe(5);
  const partly = await carriedOut([change("A", "other_sale"), change("B")]);
  expect(exitCodeOfChange(partly)).toBe(3);
});

test("a change of stock that may be done is repeated under its key", () => {
  const problem = { code: "outcome_unknown", detail: "Nobody knows." } as Problem;
  const plan: SalePlan = { action: "stock", changes: [change("A")], unchanged: [], refusals: [] };
  const report = changeReport(plan, "sale-1", [{ type: "unreached", problem }]);
  expect(changeText(changeReport(plan, "k", [{ type: "changed" }]))).toStartWith(
    "1 product has another stock\n",
  );
  expect(changeText(report)).toContain("the same command with --key sale-1 counts once");
  expect(exitCodeOfChange(report)).toBe(1);
});

test("a sale that has reached some of its products is finished with its own times, however they were told", () => {
  const problem = { code: "unavailable", detail: "Away." } as Problem;
  const changes = [{ ...change("A"), to: sampleSale() }];
  const plan: SalePlan = { action: "create", changes, unchanged: [], refusals: [] };
  const report = changeReport(plan, "sale-1", [{ type: "unreached", problem }]);
  expect(changeText(report)).toContain(
    "the same command with --starts 2026-11-27T17:00:00.000Z --ends 2026-11-27T19:00:00.000Z finishes:",
  );
});

test("a plan that is refused ends with the code of its worst reason, and says all of them", () => {
  const refusal = (kind: "wrong" | "conflict" | "refused") => ({ kind, detail: `${kind}!` });
  const codeOf = (...kinds: readonly ("wrong" | "conflict" | "refused")[]) =>
    exitCodeOfChange(
      changeReport(
        { action: "create", changes: [], unchanged: [], refusals: kinds.map(refusal) },
        "k",
        undefined,
      ),
    );
  expect([codeOf("refused"), codeOf("refused", "conflict"), codeOf("conflict", "wrong")]).toEqual([6, 5, 2]);
});

test("a long list is cut, and nothing to do is said", () => {
  const changes = Array.from({ length: 23 }, (_, index) => change(`P${index}`));
  const plan: SalePlan = { action: "pause", changes, unchanged: ["Q"], refusals: [] };
  const text = changeText(changeReport(plan, "k", undefined));
  expect(text).toStartWith("23 products would be paused; 1 needs no change\n");
  expect(text).toEndWith("  … and 3 more (--json has all)\n");
  const nothing = changeReport({ ...plan, action: "create", changes: [] }, "k", []);
  expect(changeText(nothing)).toBe("nothing to do: 1 product needs no change\n");
  expect(exitCodeOfChange(nothing)).toBe(0);
});
