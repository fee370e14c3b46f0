import type { FaultOf } from "../fault.ts";
import type { ClusterWorld } from "./cluster-world.ts";
import { cutFromBoth, cutFromNats, cutFromPostgres } from "./faults/cut-off.ts";
import { killCoordinator } from "./faults/kill-coordinator.ts";
import { killOwner } from "./faults/kill-owner.ts";
import { pauseOwner } from "./faults/pause-owner.ts";
import { rollingRestart } from "./faults/rolling-restart.ts";
import { stopNats } from "./faults/stop-nats.ts";

/** All faults of a cluster, in the order of the report. */
export const clusterFaults: readonly FaultOf<ClusterWorld>[] = [
  killOwner,
  killCoordinator,
  pauseOwner,
  cutFromNats,
  cutFromPostgres,
  cutFromBoth,
  stopNats,
  rollingRestart,
];
