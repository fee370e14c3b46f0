import { countText } from "../../bench/figures/figures-text.ts";
import type { ExplainedReason } from "../../bench/retail/rules.ts";
import { meaningOf } from "../../bench/retail/rules.ts";
import type { ReplayReport } from "./replay-file.ts";

/** The report of a replay for people. */
export function replayText(report: ReplayReport): string {
  const lines = [
    `rows in         ${countText(report.rowsIn)}`,
    `rows played     ${countText(report.rowsPlayed)} (${countText(report.orders)} orders, ${countText(report.returns)} returns, ${countText(report.customers)} customers, ${countText(report.products)} products)`,
    `rows explained  ${countText(report.rowsExplained)}`,
    ...explainedLines(report),
    `speed           ${countText(report.linesPerSecond)} invoice lines a second over ${(report.playedMs / 1000).toFixed(1)} s`,
    `mismatches      ${countText(report.mismatches)}${report.mismatches === 0 ? ": every SKU and every customer agrees with the file, to the penny" : ""}`,
    ...report.firstMismatches.map((sentence) => `  ${sentence}`),
  ];
  const more = report.mismatches - report.firstMismatches.length;
  if (more > 0) lines.push(`  … and ${countText(more)} more`);
  return lines.join("\n");
}

function explainedLines({ explained }: ReplayReport): readonly string[] {
  return Object.entries(explained)
    .toSorted(([, left], [, right]) => right - left)
    .map(([reason, count]) => {
      const meaning = meaningOf(reason as ExplainedReason);
      return `  ${countText(count).padStart(7)}  ${reason.padEnd(20)} ${meaning}`;
    });
}
