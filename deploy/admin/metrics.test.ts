import { expect, test } from "bun:test";
import { histogramData, LaneCounters, type LaneStatistics } from "../../engine/lane/statistics.ts";
import { Counters } from "../../gateway/server/counters.ts";
import { formatExposition } from "./exposition.ts";
import { gatewayMetrics } from "./gateway-metrics.ts";
import { laneMetrics } from "./lane-metrics.ts";
import { processMetrics } from "./process-metrics.ts";
import { parseExposition } from "./testing/parse-exposition.ts";

function laneStatistics(lane: number): LaneStatistics {
  const counters = new LaneCounters();
  counters.countCommand("cart");
  counters.countRefusal("sold_out");
  counters.commitMs.record(3);
  counters.commitSegments.record(2);
  return {
    lane,
    state: "serving",
    commandsByKind: counters.commandsByKind,
    refusalsByCode: counters.refusalsByCode,
    overloaded: 1,
    expired: 2,
    commits: 3,
    events: 4,
    commitSegments: histogramData(counters.commitSegments),
    commitEvents: histogramData(counters.commitEvents),
    commitMs: histogramData(counters.commitMs),
    recoveries: 5,
    checkpoints: 6,
    damagedSnapshots: 0,
    rebuiltActors: 0,
    tailEvents: 0,
    timers: 0,
    mailboxDepth: 7,
    activatedActors: 8,
    shards: 128,
    outboxPending: 9,
    callsPending: 10,
  };
}

function gatewayNumbers(gateway: number) {
  const counters = new Counters();
  counters.set("sockets", 12);
  counters.add("commands", "cart.add", 3);
  counters.add("refusals", "sold_out");
  counters.add("pushes", "public", 40);
  return { gateway, counters: counters.values(), outstanding: 2 };
}

const text = formatExposition([
  ...[0, 1].map(laneStatistics).flatMap(laneMetrics),
  ...[0, 1].map(gatewayNumbers).flatMap(gatewayMetrics),
  ...processMetrics("0.1.0"),
]);

test("the numbers of several threads make one well-formed page", () => {
  const families = parseExposition(text);
  expect(families.get("stampede_mailbox_depth")?.values).toEqual([
    ['stampede_mailbox_depth{lane="0"}', 7],
    ['stampede_mailbox_depth{lane="1"}', 7],
  ]);
  expect(families.get("stampede_actor_refusals_total")?.values[0]).toEqual([
    'stampede_actor_refusals_total{lane="0",code="sold_out"}',
    1,
  ]);
  expect(families.get("stampede_commands_total")?.values[0]).toEqual([
    'stampede_commands_total{gateway="0",op="cart.add"}',
    3,
  ]);
  expect(families.get("stampede_pushes_total")?.values[1]).toEqual([
    'stampede_pushes_total{gateway="1",audience="public"}',
    40,
  ]);
});

test("times are in seconds", () => {
  const commits = parseExposition(text).get("stampede_commit_duration_seconds");
  expect(commits?.type).toBe("histogram");
  expect(commits?.values).toContainEqual(['stampede_commit_duration_seconds_bucket{lane="0",le="0.002"}', 0]);
  expect(commits?.values).toContainEqual(['stampede_commit_duration_seconds_bucket{lane="0",le="0.004"}', 1]);
  expect(commits?.values).toContainEqual(['stampede_commit_duration_seconds_sum{lane="0"}', 0.003]);
});

test("a counter without labels that never counted is shown as zero, so that its first rise is seen", () => {
  expect(parseExposition(text).get("stampede_sockets_opened_total")?.values[0]?.[1]).toBe(0);
});

test("the process shows memory, processor time, age and version", () => {
  const families = parseExposition(text);
  const value = (name: string) => families.get(name)?.values[0]?.[1] ?? Number.NaN;
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(value("process_start_time_seconds")).toBeLessThanOrEqual(Date.now() / 1_000);
  expect(families.get("stampede_build_info")?.values[0]?.[0]).toContain('version="0.1.0"');
});
