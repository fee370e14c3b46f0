import { expect, test } from "bun:test";
import { formatExposition } from "./exposition.ts";
import { samplesByLabel, type MetricSample } from "./metric-sample.ts";
import { parseExposition } from "./testing/parse-exposition.ts";

const commands = { name: "stampede_commands_total", help: "Commands.", type: "counter" } as const;

test("samples of one name stand together, whichever thread they come from", () => {
  const depth: MetricSample = {
    name: "stampede_mailbox_depth",
    help: "Waiting.",
    type: "gauge",
    labels: {},
    value: 0.5,
  };
  const samples = [
    ...samplesByLabel("kind", { cart: 2, order: 1 }, { ...commands, labels: { lane: "0" } }),
    depth,
    ...samplesByLabel("kind", { cart: 3 }, { ...commands, labels: { lane: "1" } }),
  ];
  expect(formatExposition(samples)).toBe(
    `# HELP stampede_commands_total Commands.
# TYPE stampede_commands_total counter
stampede_commands_total{lane="0",kind="cart"} 2
stampede_commands_total{lane="0",kind="order"} 1
stampede_commands_total{lane="1",kind="cart"} 3
# HELP stampede_mailbox_depth Waiting.
# TYPE stampede_mailbox_depth gauge
stampede_mailbox_depth 0.5
`,
  );
});

test("the buckets of a histogram count all values up to their bound", () => {
  const text = formatExposition([
    {
      name: "stampede_commit_segments",
      help: "Size.",
      type: "histogram",
      labels: { lane: "0" },
      bounds: [1, 5],
      counts: [2, 3, 4],
      sum: 61,
    },
  ]);
  expect(parseExposition(text).get("stampede_commit_segments")?.values).toEqual([
    ['stampede_commit_segments_bucket{lane="0",le="1"}', 2],
    ['stampede_commit_segments_bucket{lane="0",le="5"}', 5],
    ['stampede_commit_segments_bucket{lane="0",le="+Inf"}', 9],
    ['stampede_commit_segments_sum{lane="0"}', 61],
    ['stampede_commit_segments_count{lane="0"}', 9],
  ]);
});

test("label values with quotes, backslashes and line breaks stay one sample", () => {
  const labels = { code: 'a"b\\c\nd' };
  const text = formatExposition([{ ...commands, help: "Two\nlines \\ and more.", labels, value: 1 }]);
  expect(parseExposition(text).get("stampede_commands_total")?.values).toEqual([
    ['stampede_commands_total{code="a\\"b\\\\c\\nd"}', 1],
  ]);
});
