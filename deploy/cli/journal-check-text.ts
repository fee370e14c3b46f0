import type { CheckReport } from "../../persistence/inspection/check-journal.ts";
import type { JournalFinding } from "../../persistence/inspection/journal-findings.ts";

/** The report for people: a line for each finding, and one about all. */
export function journalCheckText(report: CheckReport): string {
  const { findings, examples, elapsedMs } = report;
  const lines = examples.map((finding) => `✗ ${place(finding)}: ${finding.detail}`);
  const hidden = findings - examples.length;
  if (hidden > 0) lines.push(`… and ${hidden.toLocaleString("en-US")} more`);
  const looked = [
    counted(report.shards, "shard"),
    counted(report.segments, "segment"),
    counted(report.blocks, "block"),
    counted(report.checkpoints, "checkpoint"),
    counted(report.snapshots, "snapshot"),
  ].join(", ");
  const verdict = findings === 0 ? "everything is as it was written" : counted(findings, "finding");
  return [...lines, `${verdict} (${looked}; ${(elapsedMs / 1_000).toFixed(1)} s)`].join("\n");
}

function place({ shard, seq, address }: JournalFinding): string {
  const segment = seq === undefined ? [] : [`segment ${seq}`];
  return [...(address === undefined ? [] : [address]), `shard ${shard}`, ...segment].join(", ");
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
