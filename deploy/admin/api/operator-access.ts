import type { ClusterOperator } from "../../../engine/operator/cluster-operator.ts";

/** What the admin API needs of its node. */
export type OperatorAccess = Pick<ClusterOperator, "ask" | "operations" | "operation">;
