import type { LaneParts } from "./lane-parts.ts";
import { histogramData } from "../statistics/histogram.ts";
import type { LaneStatistics } from "./statistics.ts";

/** The numbers of a lane, taken from its parts now. */
export function laneStatistics(lane: number, state: string, parts: LaneParts): LaneStatistics {
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
    commitSegments: histogramData(counters.commitSegments),
    commitEvents: histogramData(counters.commitEvents),
    commitMs: histogramData(counters.commitMs),
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
