import type { ShardMeasurement } from "../ports/node-threads.ts";
import type { Heartbeat } from "./heartbeat.ts";

/** How many shards a node serves, of those that the placement gives it. */
export interface NodeShards {
  readonly serving: number;
  readonly expected: number;
}

/** What a node publishes about itself. */
export type SignOfLife =
  | {
      readonly type: "Beat";
      readonly heartbeat: Heartbeat;
      readonly shards: NodeShards;
      /** The node is about to end: it takes no further shards. */
      readonly isLeaving: boolean;
    }
  /** What a lane has measured of its shards since it did last. */
  | { readonly type: "Measured"; readonly shards: readonly ShardMeasurement[] }
  /** The node ends now. */
  | { readonly type: "Goodbye"; readonly node: string; readonly incarnation: number };
