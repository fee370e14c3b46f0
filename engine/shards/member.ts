import type { Heartbeat } from "./heartbeat.ts";

/**
 * What is believed of a node. `alive` serves; `suspect` has not served for a moment, or falls too often to be trusted: it
 * gets no further shards and keeps those it has; `dead` has not served for so long that others shall have its shards; `left`
 * has said goodbye.
 */
export type MemberState = "alive" | "suspect" | "dead" | "left";

/** Why a node is believed to be what it is. */
export type MemberCause =
  | "beat"
  /** It has been expected, and not been heard yet. */
  | "expected"
  | "silence"
  /** It is heard, and says that its database is out of reach. */
  | "databaseAway"
  /** It is heard, and not understood: it is of another release. */
  | "unreadable"
  /** It serves, and has fallen too often lately. */
  | "flapping"
  | "goodbye";

/** A node of the cluster, as this one sees it. Moments are those of this node's clock. */
export interface Member {
  readonly node: string;
  readonly incarnation: number;
  readonly state: MemberState;
  readonly cause: MemberCause;
  /** When it came to be in this state. */
  readonly sinceMs: number;
  /** Its newest beat; undefined when none has been heard. */
  readonly heartbeat: Heartbeat | undefined;
}
