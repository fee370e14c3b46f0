import type { ExplainedReason } from "../../bench/retail/rules.ts";
import { meaningOf } from "../../bench/retail/rules.ts";
import type { ReplayReport } from "./replay-file.ts";

/** The report of a replay for people. */
export function replayText(report: ReplayReport): string {
  const lines = [
    `rows in         ${number(report.rowsIn)}`,
    `rows played     ${number(report.rowsPlayed)} (${number(report.orders)} orders, ${number(report.returns)} returns, ${number(report.customers)} customers, ${number(report.products)} products)`,
    `rows explained  ${number(report.rowsExplained)}`,
    ...explainedLines(report),
    `speed           ${number(report.linesPerSecond)} invoice lines a second over ${(report.playedMs / 1000).toFixed(1)} s`,
    `mismatches      ${number(report.mismatches)}${report.mismatches === 0 ? ": every SKU and every customer agrees with the file, to the penny" : ""}`,
    ...report.firstMismatches.map((sentence) => `  ${sentence}`),
  ];
  const more = report.mismatches - report.firstMismatches.length;
  if (more > 0) lines.push(`  … and ${number(more)} more`);
  return lines.join("\n");
}

function explainedLines({ explained }: ReplayReport): readonly string[] {
  return Object.entries(explained)
    .toSorted(([, left], [, right]) => right - left)
    .map(([reason, count]) => {
      const meaning = meaningOf(reason as ExplainedReason);
      return `  ${number(count).padStart(7)}  ${reason.padEnd(20)} ${meaning}`;
    });
}

function number(value: number): string {
  return value.toLocaleString("en");
}
