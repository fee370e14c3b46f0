import { expect, test } from "bun:test";
import { Findings } from "./findings.ts";
import { checkReport, type VerifyReport } from "./verify-report.ts";
import { verifyText } from "./verify-text.ts";

function reportOf(findings: Findings): VerifyReport {
  const { violations, checked, ...rest } = checkReport(check, findings);
  const read = { shards: 1, segments: 1_234, events: 5, actors: 2, elapsedMs: 100 };
  return { ...read, checked, violations, checks: [{ ...rest, checked, violations }] };
}

const check = { name: "stock", sentence: "Nothing is oversold.", subject: "SKUs" };

test("a clean report says so", () => {
  const findings = new Findings();
  findings.checked(7);
  const text = verifyText(reportOf(findings));
  expect(text).toContain("stock                  7           0  Nothing is oversold.");
  expect(text).toEndWith("every promise holds (1,234 segments, 5 events, 2 actors; 0.1 s)");
});

test("violations are counted in full, and the first are shown with their place", () => {
  const findings = new Findings();
  for (let seq = 1; seq <= 30; seq += 1)
    findings.violation({ address: "a/inventory/b", shard: 3, seq, detail: "Oh." });
  const report = reportOf(findings);
  expect([report.violations, report.checks[0]?.examples.length]).toEqual([30, 20]);
  const text = verifyText(report);
  expect(text).toContain("✗ a/inventory/b, shard 3, segment 1: Oh.");
  expect(text).toContain("… and 25 more");
  expect(text).toContain("30 violations");
});
