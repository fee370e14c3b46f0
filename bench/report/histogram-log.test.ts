import { expect, test } from "bun:test";
import { HistogramLogReader, listTags } from "hdr-histogram-js";
import { histogramLog } from "./histogram-log.ts";
import { sampleResult } from "./testing/sample-result.ts";

const START_SECONDS = Date.parse(sampleResult().startedAt) / 1_000;

test("a reader of histogram logs finds each phase's latencies under their tags, at their times", () => {
  const text = histogramLog(sampleResult());
  expect(listTags(text)).toEqual(["order", "cart.add", "push"]);
  const reader = new HistogramLogReader(text);
  const found = Array.from({ length: 7 }, () => reader.nextIntervalHistogram());
  expect(
    found.map((histogram) =>
      histogram === null
        ? null
        : [
            histogram.tag,
            histogram.startTimeStampMsec / 1_000 - START_SECONDS,
            histogram.endTimeStampMsec / 1_000 - START_SECONDS,
            histogram.totalCount,
          ],
    ),
  ).toEqual([
    ["order", 2, 6, 300],
    ["cart.add", 2, 6, 300],
    ["push", 2, 6, 300],
    ["order", 6, 10, 1_300],
    ["cart.add", 6, 10, 1_300],
    ["push", 6, 10, 1_300],
    null,
  ]);
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
  expect(lines[5]).toStartWith("Tag=order,2.000,4.000,11.980,HISTF");
  expect(lines.indexOf("")).toBe(lines.length - 1);
});
