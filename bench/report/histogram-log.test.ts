import { expect, test } from "bun:test";
import { HistogramLogReader, listTags } from "hdr-histogram-js";
import { histogramLog } from "./histogram-log.ts";
import { sampleResult } from "./testing/sample-result.ts";

const START_SECONDS = Date.parse(sampleResult().startedAt) / 1_000;

test("a reader of histogram logs finds the latencies of each second after the warm-up under their tags, at their times", () => {
  const text = histogramLog(sampleResult());
  expect(listTags(text)).toEqual(["order", "cart.add", "push"]);
  const reader = new HistogramLogReader(text);
  const found = Array.from({ length: 8 * 3 }, () => reader.nextIntervalHistogram());
  expect(reader.nextIntervalHistogram()).toBeNull();
  const shown = found.map((histogram) =>
    histogram === null
      ? null
      : [
          histogram.tag,
          histogram.startTimeStampMsec / 1_000 - START_SECONDS,
          histogram.endTimeStampMsec / 1_000 - START_SECONDS,
          histogram.totalCount,
        ],
  );
  expect(shown.slice(0, 4)).toEqual([
    ["order", 2, 3, 45],
    ["cart.add", 2, 3, 45],
    ["push", 2, 3, 45],
    ["order", 3, 4, 55],
  ]);
  expect(shown.at(-1)).toEqual(["push", 9, 10, 325]);
});

test("a run that ended while it warmed up has a log without intervals", () => {
  const lines = histogramLog(sampleResult({ phases: [] }))
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(5);
});

test("the log begins with its version and times, without an empty line, which other readers take for an interval", () => {
  const lines = histogramLog(sampleResult({ runId: "r\n1" })).split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "#[Run r 1 of scenario sample; microseconds; tags: what was timed]",
    "#[Histogram log format version 1.3]",
    "#[BaseTime: 1795291200.000 (seconds since epoch)]",
    "#[StartTime: 1795291200.000 (seconds since epoch), 2026-11-21T20:00:00.000Z]",
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ]);
  expect(lines[5]).toStartWith("Tag=order,2.000,1.000,40.000,HISTF");
  expect(lines.indexOf("")).toBe(lines.length - 1);
});
