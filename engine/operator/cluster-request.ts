import type { Operation } from "../ports/operation-store.ts";
import type { ClusterChange, Precheck } from "./cluster-change.ts";
import type { ClusterPlan } from "./cluster-plan.ts";
import type { NodeDescription, ShardDescription } from "./cluster-description.ts";

/** What may be asked of whoever coordinates the cluster, by way of any node. */
export type ClusterRequest =
  | { readonly type: "ListShards" }
  | { readonly type: "ListNodes" }
  /** What a change would do; nothing is changed. */
  | { readonly type: "Plan"; readonly change: ClusterChange }
  | {
      readonly type: "Execute";
      readonly change: ClusterChange;
      /** UUID of the operation that it makes: asking twice makes one. */
      readonly id: string;
      readonly askedBy: string;
      /** Only if this is still what would be done; null: whatever has to be done now. */
      readonly planId: string | null;
    }
  | { readonly type: "Cancel"; readonly operation: string; readonly askedBy: string }
  /** A node that is about to end wants its shards to be elsewhere first. */
  | { readonly type: "Leave"; readonly node: string; readonly id: string };

/** What a coordinator answers. */
export type ClusterReply =
  | {
      readonly type: "Shards";
      readonly version: number;
      /** Nothing is balanced without being asked for. */
      readonly isBalancingSuspended: boolean;
      readonly shards: readonly ShardDescription[];
    }
  | {
      readonly type: "Nodes";
      readonly coordinator: string;
      readonly isBalancingSuspended: boolean;
      readonly nodes: readonly NodeDescription[];
    }
  | { readonly type: "Planned"; readonly plan: ClusterPlan }
  /** An operation has been begun, or done already; it tells how far it is. */
  | { readonly type: "Begun"; readonly operation: Operation }
  /** There was nothing to do. */
  | { readonly type: "Nothing"; readonly detail: string }
  | { readonly type: "Refused"; readonly prechecks: readonly Precheck[] }
  /**
   * Things are no longer as they were when it was planned: plan again. With `field` it is what was asked for that does not fit to what
   * is there.
   */
  | { readonly type: "Conflict"; readonly detail: string; readonly field?: string }
  /** Nobody coordinates at the moment, or not yet: ask again. Nothing is known to have been done. */
  | { readonly type: "NoCoordinator"; readonly detail: string; readonly retryAfterMs: number };
