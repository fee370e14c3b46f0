import type { HistogramData } from "../statistics/histogram.ts";
import type { LaneParts } from "./lane-parts.ts";

/** What a lane is doing. */
export type LaneState = "new" | "recovering" | "serving" | "closing" | "stopped";

/** Numbers of one lane since it started, plain data for whoever shows them. */
export interface LaneStatistics {
  readonly lane: number;
  readonly state: LaneState;
  readonly commandsByKind: Readonly<Record<string, number>>;
  readonly refusalsByCode: Readonly<Record<string, number>>;
  readonly overloaded: number;
  readonly expired: number;
  /** How often an actor could not take what it was given, a wake-up or an answer included: the program is at fault. */
  readonly faults: number;
  readonly commits: number;
  readonly events: number;
  /** Events that were made durable, of the types that their kinds want counted. */
  readonly eventsByType: Readonly<Record<string, number>>;
  readonly commitSegments: HistogramData;
  readonly commitEvents: HistogramData;
  readonly commitMs: HistogramData;
  readonly recoveries: number;
  readonly checkpoints: number;
  /** Damaged snapshots and checkpoints that were met. */
  readonly damagedSnapshots: number;
  /** Actors that were folded from the journal for want of a readable snapshot. */
  readonly rebuiltActors: number;
  readonly mailboxDepth: number;
  readonly activatedActors: number;
  /** Actors that somebody asks for and that could not be read. */
  readonly unreadableActors: number;
  /** Wake-ups in memory; those of actors that left it may be in the store alone. */
  readonly timers: number;
  /** Events that a recovery would have to fold, one more for each segment. */
  readonly tailEvents: number;
  readonly shards: number;
  readonly outboxPending: number;
  readonly callsPending: number;
  /** Calls among them that have failed again and again. */
  readonly callsStuck: number;
}

/** The numbers of a lane, taken from its parts now. */
export function laneStatistics(lane: number, state: LaneState, parts: LaneParts): LaneStatistics {
  const { counters, mailbox, calls } = parts;
  const shards = [...parts.shards.values()];
  return {
    lane,
    state,
    commandsByKind: { ...counters.commandsByKind },
    refusalsByCode: { ...counters.refusalsByCode },
    overloaded: counters.overloaded,
    expired: counters.expired,
    faults: counters.faults,
    commits: counters.commits,
    events: counters.events,
    eventsByType: { ...counters.eventsByType },
    commitSegments: counters.commitSegments.toData(),
    commitEvents: counters.commitEvents.toData(),
    commitMs: counters.commitMs.toData(),
    recoveries: counters.recoveries,
    checkpoints: counters.checkpoints,
    damagedSnapshots: parts.snapshots.damagedCount(),
    rebuiltActors: counters.rebuiltActors,
    mailboxDepth: mailbox.length,
    activatedActors: parts.residents.size,
    unreadableActors: parts.activation.unreadable,
    timers: shards.reduce((sum, shard) => sum + shard.timers.length, 0),
    tailEvents: shards.reduce((sum, shard) => sum + shard.tailEvents, 0),
    shards: shards.length,
    outboxPending: shards.reduce((sum, shard) => sum + shard.outbox.length, 0),
    callsPending: calls.pending,
    callsStuck: calls.stuck,
  };
}
