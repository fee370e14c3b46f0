import type { ClusterStatistics } from "../../engine/shards/cluster-counters.ts";
import {
  numberSamples,
  samplesByLabel,
  secondsSample,
  type MetricSample,
  type NumberMetric,
} from "./metric-sample.ts";

const NUMBERS: readonly NumberMetric<ClusterStatistics>[] = [
  {
    type: "gauge",
    name: "stampede_coordinator_term",
    help: "Number of this node's term as the coordinator; 0 while another node coordinates.",
    of: ({ term }) => term,
  },
  {
    type: "counter",
    name: "stampede_coordinator_terms_total",
    help: "Times that this node became the coordinator.",
    of: ({ terms }) => terms,
  },
  {
    type: "gauge",
    name: "stampede_balancing_suspended",
    help: "1 while this node coordinates and somebody has suspended balancing without being asked, else 0.",
    of: ({ isBalancingSuspended }) => Number(isBalancingSuspended),
  },
  {
    type: "gauge",
    name: "stampede_placement_version",
    help: "Version of the newest placement that this node knows.",
    of: ({ placementVersion }) => placementVersion,
  },
  {
    type: "gauge",
    name: "stampede_node_shards_expected",
    help: "Shards that the placement gives to this node.",
    of: ({ shards }) => shards.expected,
  },
  {
    type: "gauge",
    name: "stampede_node_shards_serving",
    help: "Shards of this node that its lanes serve.",
    of: ({ shards }) => shards.serving,
  },
  {
    type: "counter",
    name: "stampede_cluster_unknown_versions_total",
    help: "Beats, orders and announcements of other releases, which were not read.",
    of: ({ unknownVersions }) => unknownVersions,
  },
  {
    type: "counter",
    name: "stampede_failovers_total",
    help: "Fail-overs that this node has carried out as the coordinator.",
    of: ({ failOvers }) => failOvers,
  },
  {
    type: "counter",
    name: "stampede_failover_shards_total",
    help: "Shards that it took from nodes that did not serve.",
    of: ({ failedOverShards }) => failedOverShards,
  },
];

/** The metrics of this node's part in its cluster. What a coordinator has done is shown by the node that did it. */
export function clusterMetrics(statistics: ClusterStatistics): readonly MetricSample[] {
  const { movedShards, undoneShards, nodes, pauseMs, failOverMs } = statistics;
  return [
    ...numberSamples(NUMBERS, statistics),
    ...samplesByLabel("state", nodes, {
      type: "gauge",
      name: "stampede_cluster_nodes",
      help: "Nodes of the cluster as this one sees them, by state.",
      labels: {},
    }),
    ...samplesByLabel(
      "outcome",
      { moved: movedShards, undone: undoneShards },
      {
        type: "counter",
        name: "stampede_moves_total",
        help: "Shards whose planned move this node has directed to its end as the coordinator, by outcome.",
        labels: {},
      },
    ),
    secondsSample(
      {
        name: "stampede_move_pause_seconds",
        help: "How long clients waited while shards moved.",
        labels: {},
      },
      pauseMs,
    ),
    secondsSample(
      {
        name: "stampede_failover_duration_seconds",
        help: "Time from the change of the placement until all shards of a fail-over were served.",
        labels: {},
      },
      failOverMs,
    ),
  ];
}
