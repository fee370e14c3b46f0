import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { LaneCounters } from "../../engine/lane/lane-counters.ts";
import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import { CommandTimes } from "../../gateway/server/command-times.ts";
import { Counters } from "../../gateway/server/counters.ts";
import { formatExposition } from "./exposition.ts";
import {
  ClusterCounters,
  countersData,
  type ClusterStatistics,
} from "../../engine/shards/cluster-counters.ts";
import type { BusCounters } from "../../engine/transport/bus/bus-link.ts";
import { busMetrics } from "./bus-metrics.ts";
import { clusterMetrics } from "./cluster-metrics.ts";
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
    faults: 0,
    commits: 3,
    events: 4,
    eventsByType: { OrderConfirmed: 3 },
    commitSegments: counters.commitSegments.toData(),
    commitEvents: counters.commitEvents.toData(),
    commitMs: counters.commitMs.toData(),
    recoveries: 5,
    checkpoints: 6,
    damagedSnapshots: 0,
    rebuiltActors: 0,
    tailEvents: 0,
    timers: 0,
    mailboxDepth: 7,
    activatedActors: 8,
    unreadableActors: 0,
    shards: 128,
    outboxPending: 9,
    callsPending: 10,
    callsStuck: 1,
  };
}

function gatewayNumbers(gateway: number) {
  const counters = new Counters();
  counters.set("sockets", 12);
  counters.add("commands", "cart.add", 3);
  counters.add("refusals", "sold_out");
  counters.add("pushes", "public", 40);
  const times = new CommandTimes();
  times.record("checkout", { ok: true, value: null }, 30);
  return { gateway, counters: counters.values(), commandTimes: times.values(), outstanding: 2 };
}

const busCounters: BusCounters = {
  framesSent: 7,
  framesReceived: 6,
  refusedItems: 0,
  lostItems: 0,
  tooLongItems: 0,
  gaps: 1,
  oldFrames: 0,
  malformedFrames: 0,
  unknownVersions: 2,
};

const coordinator = new ClusterCounters();
coordinator.terms = 1;
coordinator.movedShards = 5;
coordinator.failOvers = 1;
coordinator.failedOverShards = 4;
coordinator.pauseMs.record(18);
coordinator.failOverMs.record(350);
const clusterStatistics: ClusterStatistics = {
  ...countersData(coordinator),
  term: 12,
  isBalancingSuspended: true,
  placementVersion: 812,
  shards: { serving: 85, expected: 86 },
  nodes: { alive: 2, suspect: 0, dead: 1, left: 0 },
  unknownVersions: 3,
};

const text = formatExposition([
  ...[0, 1].map(laneStatistics).flatMap(laneMetrics),
  ...[0, 1].map(gatewayNumbers).flatMap(gatewayMetrics),
  ...busMetrics({ thread: "lane-0", isConnected: true, counters: busCounters }),
  ...busMetrics({ thread: "gateway-0", isConnected: false, counters: { ...busCounters, refusedItems: 3 } }),
  ...clusterMetrics(clusterStatistics),
  ...processMetrics("0.1.0"),
]);

test("the numbers of several threads make one well-formed page", () => {
  const families = parseExposition(text);
  expect(families.get("stampede_mailbox_depth")?.values).toEqual([
    ['stampede_mailbox_depth{lane="0"}', 7],
    ['stampede_mailbox_depth{lane="1"}', 7],
  ]);
  expect(families.get("stampede_orders_confirmed_total")?.values).toEqual([
    ['stampede_orders_confirmed_total{lane="0"}', 3],
    ['stampede_orders_confirmed_total{lane="1"}', 3],
  ]);
  expect(families.get("stampede_balancing_suspended")?.values).toEqual([["stampede_balancing_suspended", 1]]);
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

test("how long shoppers wait is told by operation and by how it ended, from the first command on", () => {
  const { type, values } = parseExposition(text).get("stampede_command_duration_seconds") ?? { values: [] };
  const bucket = (outcome: string, le: string) =>
    `stampede_command_duration_seconds_bucket{gateway="1",op="checkout",outcome="${outcome}",le="${le}"}`;
  expect(type).toBe("histogram");
  expect(values).toContainEqual([bucket("done", "0.02"), 0]);
  expect(values).toContainEqual([bucket("done", "0.05"), 1]);
  expect(values).toContainEqual([bucket("failed", "+Inf"), 0]);
});

test("how many were answered in time is counted where the alerts look for it", () => {
  const rules = readFileSync(new URL("../monitoring/rules.yml", import.meta.url), "utf8");
  const { values } = parseExposition(text).get("stampede_command_duration_seconds") ?? { values: [] };
  const asked = new Set(rules.match(/\ble="[^"]+"/g));
  expect(asked.size).toBe(1);
  for (const le of asked) expect(values.some(([name]) => name.includes(le))).toBe(true);
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

test("each thread tells how it fares on the bus", () => {
  const families = parseExposition(text);
  expect(families.get("stampede_bus_connected")?.values).toEqual([
    ['stampede_bus_connected{thread="lane-0"}', 1],
    ['stampede_bus_connected{thread="gateway-0"}', 0],
  ]);
  expect(families.get("stampede_bus_refused_total")?.values[1]?.[1]).toBe(3);
  expect(families.get("stampede_bus_unknown_versions_total")?.values[0]?.[1]).toBe(2);
});

test("the node tells of its part in the cluster, and of what it did as the coordinator", () => {
  const families = parseExposition(text);
  const value = (name: string) => families.get(name)?.values[0]?.[1];
  expect(value("stampede_coordinator_term")).toBe(12);
  expect(value("stampede_placement_version")).toBe(812);
  expect([value("stampede_node_shards_serving"), value("stampede_node_shards_expected")]).toEqual([85, 86]);
  expect(families.get("stampede_cluster_nodes")?.values).toContainEqual([
    'stampede_cluster_nodes{state="dead"}',
    1,
  ]);
  expect(families.get("stampede_moves_total")?.values).toEqual([
    ['stampede_moves_total{outcome="moved"}', 5],
    ['stampede_moves_total{outcome="undone"}', 0],
  ]);
  expect(families.get("stampede_move_pause_seconds")?.values).toContainEqual([
    "stampede_move_pause_seconds_sum",
    0.018,
  ]);
  expect([value("stampede_failovers_total"), value("stampede_failover_shards_total")]).toEqual([1, 4]);
  expect(families.get("stampede_failover_duration_seconds")?.values).toContainEqual([
    'stampede_failover_duration_seconds_bucket{le="0.5"}',
    1,
  ]);
});
