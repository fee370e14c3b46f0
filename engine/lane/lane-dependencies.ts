import type { AnyDecider } from "../contract/decider.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { ExternalPort } from "../ports/external.ts";
import type { Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import type { Placement } from "../routing/placement.ts";
import type { Link } from "../transport/link.ts";
import type { LaneLimits } from "./limits.ts";

/** What a lane runs on. */
export interface LaneDependencies {
  readonly lane: number;
  /** Names this run of this lane in the journal's takeover records. */
  readonly owner: string;
  readonly placement: Placement;
  readonly deciders: readonly AnyDecider[];
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly ports: ReadonlyMap<string, ExternalPort>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly limits: LaneLimits;
  /** The link to another lane of this node. */
  readonly peer: (lane: number) => Link;
  /** Called once when the lane cannot go on: the node has to end. */
  readonly fatal: (error: unknown) => void;
}
