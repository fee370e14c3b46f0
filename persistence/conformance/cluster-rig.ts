import type { CoordinatorLock, Term } from "../../engine/ports/coordinator-lock.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import type { NodeStore } from "../../engine/ports/node-store.ts";
import type { OperationStore } from "../../engine/ports/operation-store.ts";
import type { PlacementStore } from "../../engine/ports/placement-store.ts";
import type { NodeStarts } from "../nodes/node-starts.ts";

/** What one process of a cluster has open. */
export interface ClusterStores {
  readonly lock: CoordinatorLock;
  readonly placement: PlacementStore;
  readonly nodes: NodeStore;
  readonly operations: OperationStore;
  /** One that knows the placement. */
  readonly journal: Journal;
}

/** The stores of a cluster, as the suites see them. */
export interface ClusterSubject {
  /** Each stands for a process of its own. */
  open(): ClusterStores;
  /** How the starts of nodes are counted. */
  starts(): NodeStarts;
  /** Breaks the connection of whoever has the coordinator's lock. */
  breakLock(): Promise<void>;
  /** Forgets everything. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Shards of the cluster that the suites use. */
export const SHARD_COUNT = 8;

/** The stores of one test. */
export interface ClusterRig {
  readonly stores: ClusterStores;
  readonly subject: ClusterSubject;
  /** The stores of a further process. */
  open(): ClusterStores;
  /** A new term of these stores' process. */
  term(stores?: ClusterStores): Promise<Term>;
}
