import type { RunResult, TimelineSecond } from "../runs/run-result.ts";
import { timedIn } from "../load/timed-names.ts";

/**
 * The latencies of a run in the format of HdrHistogram's `HistogramLogWriter`, version 1.3: one line for each second after
 * the warm-up and each thing that was timed, which is its tag. Histograms are in microseconds; the third column, the largest value, is in
 * milliseconds (`-outputValueUnitRatio 1000` gives these to `HistogramLogProcessor`).
 *
 * Format: https://github.com/HdrHistogram/HdrHistogram, `HistogramLogWriter.java` and `HistogramLogReader.java`. There are
 * no empty lines: the Java reader takes one for the start of an interval.
 */
export function histogramLog({ runId, startedAt, scenario, phases, timeline }: RunResult): string {
  const startMs = Date.parse(startedAt);
  const startSeconds = (startMs / 1_000).toFixed(3);
  const head = [
    `#[Run ${oneLine(runId)} of scenario ${oneLine(scenario.name)}; microseconds; tags: what was timed]`,
    "#[Histogram log format version 1.3]",
    `#[BaseTime: ${startSeconds} (seconds since epoch)]`,
    `#[StartTime: ${startSeconds} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ];
  const fromSecond = phases[0]?.fromSecond ?? Number.POSITIVE_INFINITY;
  const measured = timeline.filter(({ second }) => second >= fromSecond);
  return [...head, ...measured.flatMap(linesOf)].map((line) => `${line}\n`).join("");
}

function linesOf(second: TimelineSecond): readonly string[] {
  return timedIn([second]).flatMap((timed) => {
    const latency = second.latencies[timed];
    if (latency?.histogram === undefined) return [];
    const interval = [second.second, 1, latency.maxMs].map((value) => value.toFixed(3));
    return [`Tag=${timed},${interval.join(",")},${latency.histogram}`];
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
