import { Histogram, type HistogramData } from "../statistics/histogram.ts";
import type { MemberState } from "./member.ts";
import type { NodeShards } from "./sign-of-life.ts";

/** What one node has done as the coordinator, since it started. */
export class ClusterCounters {
  /** Times that it became the coordinator. */
  terms = 0;
  /** Shards that planned moves have brought to their target. */
  movedShards = 0;
  /** Shards whose planned move went back to their source. */
  undoneShards = 0;
  failOvers = 0;
  /** Shards that were taken from nodes that did not serve. */
  failedOverShards = 0;
  /** How long clients of moved shards waited, milliseconds, once per hand-over. */
  readonly pauseMs = new Histogram([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]);
  /** From the change of the placement until all shards of a fail-over were served, milliseconds. */
  readonly failOverMs = new Histogram([100, 200, 300, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000]);
}

/** Numbers of one node's part in its cluster: plain data. */
export interface ClusterStatistics {
  /** The number of its term; 0 while another node coordinates. */
  readonly term: number;
  /** Whether it coordinates, and nothing is balanced without being asked for. */
  readonly isBalancingSuspended: boolean;
  /** Version of the newest placement that the node knows. */
  readonly placementVersion: number;
  readonly shards: NodeShards;
  /** Nodes, as this one sees them. */
  readonly nodes: Readonly<Record<MemberState, number>>;
  /** Messages of other releases, which were not read. */
  readonly unknownVersions: number;
  readonly terms: number;
  readonly movedShards: number;
  readonly undoneShards: number;
  readonly failOvers: number;
  readonly failedOverShards: number;
  readonly pauseMs: HistogramData;
  readonly failOverMs: HistogramData;
}

/** The counters as they are now. */
export function countersData({ pauseMs, failOverMs, ...numbers }: ClusterCounters) {
  return { ...numbers, pauseMs: pauseMs.toData(), failOverMs: failOverMs.toData() };
}
