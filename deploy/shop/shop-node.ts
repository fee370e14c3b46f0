import type { Bus } from "../../engine/ports/bus.ts";
import type { Log } from "../../engine/ports/log.ts";
import { CLUSTER_MESSAGE_VERSION } from "../../engine/shards/cluster-message.ts";
import { ClusterNode } from "../../engine/shards/cluster-node.ts";
import type { SettingDigests } from "../../engine/shards/heartbeat.ts";
import { defaultClusterLimits } from "../../engine/shards/cluster-limits.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { postgresCoordinatorLock } from "../../persistence/postgres/coordinator-lock.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresNodeStore } from "../../persistence/postgres/node-store.ts";
import { postgresOperationStore } from "../../persistence/postgres/operation-store.ts";
import { postgresPlacementStore } from "../../persistence/postgres/placement-store.ts";
import { postgresSoleCoordinator } from "../../persistence/postgres/sole-coordinator.ts";
import type { ClusterConfig } from "../cluster-config.ts";
import { NODE, SHARD_COUNT } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import { VERSION } from "../version.ts";
import { aloneLimits } from "./alone-limits.ts";
import type { DatabasePulse } from "./database-pulse.ts";
import type { ThreadDirector } from "./thread-director.ts";

/** What a node's part in its cluster is made of. */
export interface ShopNodeParts {
  /** The cluster that it joins; undefined for a shop that is alone. */
  readonly cluster: ClusterConfig | undefined;
  readonly laneCount: number;
  readonly bus: Bus;
  readonly database: Database;
  /** The database once more, for what must not wait long. */
  readonly stores: Database;
  readonly pulse: DatabasePulse;
  readonly threads: ThreadDirector;
  readonly coordinates: (isCoordinator: boolean) => void;
  /** What the nodes of the cluster have in common; undefined for a shop that is alone. */
  readonly settings: SettingDigests | undefined;
  readonly log: Log;
}

/** Puts a node's part in its cluster together. A shop that is alone is a cluster of one. */
export function shopNode(parts: ShopNodeParts): ClusterNode {
  const { cluster, laneCount, bus, database, stores, pulse, threads, coordinates, settings, log } = parts;
  const isAlone = cluster === undefined;
  return new ClusterNode({
    node: cluster?.node ?? NODE,
    laneCount,
    threads,
    placements: postgresPlacementStore(stores),
    nodeStore: postgresNodeStore(stores),
    operations: postgresOperationStore(stores),
    lock: isAlone ? postgresSoleCoordinator(database) : postgresCoordinatorLock(database),
    bus,
    topics: new ClusterTopics(cluster?.cluster ?? NODE),
    clock: systemClock,
    entropy: systemEntropy,
    log,
    limits: isAlone ? aloneLimits(SHARD_COUNT) : defaultClusterLimits,
    vitals: () => ({
      databaseReachable: pulse.isReachable,
      release: VERSION,
      protocol: CLUSTER_MESSAGE_VERSION,
      ...(settings && { settings }),
    }),
    coordinates,
  });
}
