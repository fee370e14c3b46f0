import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import type { LogFields } from "../../../engine/ports/log.ts";

/** What a change is, and of what, for the log; its operation names who asked. */
export function changeFields(change: ClusterChange): LogFields {
  return {
    kind: change.type,
    ...("node" in change ? { nodes: [change.node] } : {}),
    ...("shards" in change ? { shards: change.shards } : {}),
  };
}
