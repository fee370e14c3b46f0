import type { NodeDescription, ShardDescription } from "../../../engine/operator/cluster-description.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";

/** What `GET /v1/shards` answers. */
export interface ShardsAnswer {
  /** The version of the placement. */
  readonly version: number;
  /** Nothing is balanced without being asked for, until somebody resumes it. */
  readonly isBalancingSuspended: boolean;
  readonly shards: readonly ShardDescription[];
}

/** What `GET /v1/nodes` answers. */
export interface NodesAnswer {
  /** The node that coordinates. */
  readonly coordinator: string;
  readonly isBalancingSuspended: boolean;
  readonly nodes: readonly NodeDescription[];
}

/** What `GET /v1/operations` answers: the newest first. */
export interface OperationsAnswer {
  readonly operations: readonly Operation[];
}

/** What a change or a cancellation comes to. */
export interface ExecutionAnswer {
  /** Null: there was nothing to do. */
  readonly operation: Operation | null;
  /** Why there was nothing to do. */
  readonly detail: string | null;
}
