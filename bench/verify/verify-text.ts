import { countText } from "../figures/figures-text.ts";
import type { Violation } from "./findings.ts";
import type { CheckReport, VerifyReport } from "./verify-report.ts";

const VIOLATIONS_SHOWN = 5;

/** The report for people: a table of the checks, and the first violations of each. */
export function verifyText(report: VerifyReport): string {
  const { checks, violations, segments, events, actors, elapsedMs } = report;
  const header = row("check", "checked", "violations", "what holds");
  const read = `${countText(segments)} segments, ${countText(events)} events, ${countText(actors)} actors`;
  const lines = [header, ...checks.flatMap(checkLines), ""];
  const verdict =
    violations === 0
      ? "every promise holds"
      : `${countText(violations)} ${violations === 1 ? "violation" : "violations"}`;
  return [...lines, `${verdict} (${read}; ${(elapsedMs / 1_000).toFixed(1)} s)`].join("\n");
}

function checkLines(check: CheckReport): readonly string[] {
  const { name, checked, violations, sentence, examples, open, note, subject } = check;
  const lines = [row(name, countText(checked), countText(violations), sentence)];
  if (open > 0) lines.push(indented(`${countText(open)} still on their way (of ${subject})`));
  if (note !== undefined) lines.push(indented(note));
  for (const example of examples.slice(0, VIOLATIONS_SHOWN))
    lines.push(indented(`✗ ${place(example)}${example.detail}`));
  const hidden = violations - Math.min(examples.length, VIOLATIONS_SHOWN);
  if (hidden > 0) lines.push(indented(`… and ${countText(hidden)} more`));
  return lines;
}

function place({ address, shard, seq }: Violation): string {
  const parts = [
    address,
    shard === undefined ? undefined : `shard ${shard}`,
    seq === undefined ? undefined : `segment ${seq}`,
  ];
  const text = parts.filter((part) => part !== undefined).join(", ");
  return text === "" ? "" : `${text}: `;
}

function row(name: string, checked: string, violations: string, sentence: string): string {
  return `${name.padEnd(12)}${checked.padStart(12)}${violations.padStart(12)}  ${sentence}`;
}

function indented(text: string): string {
  return `${" ".repeat(26)}${text}`;
}
