import { countText } from "../../bench/figures/figures-text.ts";
import type { ArchiveReport } from "../../persistence/archive/archive-report.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** The report for people. */
export function journalArchiveText(report: ArchiveReport): string {
  const { dryRun, segments, takeoverRecords, leftToOthers, failures } = report;
  const lines = failures.map(({ shard, detail }) => `✗ shard ${shard}: ${detail}; the rest of it stays`);
  lines.push(segments === 0 ? nothing(report) : moved(report));
  if (takeoverRecords > 0)
    lines.push(
      `${countText(takeoverRecords)} of them are takeover records: ${dryRun ? "they would stay" : "they stay"} in the journal as well`,
    );
  if (leftToOthers > 0)
    lines.push(
      `another run was at work on ${countText(leftToOthers)} ${leftToOthers === 1 ? "shard" : "shards"}`,
    );
  return lines.join("\n");
}

function moved({
  dryRun,
  segments,
  shards,
  blocks,
  removedBytes,
  blockBytes,
  ...rest
}: ArchiveReport): string {
  const what = `${countText(segments)} segments of ${countText(shards)} ${shards === 1 ? "shard" : "shards"}`;
  const sizes = `${size(removedBytes)} of the journal ${dryRun ? "would become" : "became"} ${size(blockBytes)}`;
  const place = `${countText(blocks)} ${blocks === 1 ? "block" : "blocks"}`;
  return `${dryRun ? "would archive" : "archived"} ${what} in ${place}: ${sizes} (${until(rest)})`;
}

function nothing(report: ArchiveReport): string {
  return `nothing to archive: no segment is old enough and covered by a checkpoint (${until(report)})`;
}

function until({ beforeMs, elapsedMs }: Pick<ArchiveReport, "beforeMs" | "elapsedMs">): string {
  return `older than ${new Date(beforeMs).toISOString()}; ${(elapsedMs / 1_000).toFixed(1)} s`;
}

function size(bytes: number): string {
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1_000 ** unit;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
