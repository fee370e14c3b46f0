import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import {
  numberSamples,
  samplesByLabel,
  secondsSample,
  type MetricSample,
  type NumberMetric,
} from "./metric-sample.ts";

const NUMBERS: readonly NumberMetric<LaneStatistics>[] = [
  {
    type: "gauge",
    name: "stampede_lane_serving",
    help: "1 while the lane answers, 0 while it recovers.",
    of: ({ state }) => (state === "serving" ? 1 : 0),
  },
  {
    type: "counter",
    name: "stampede_lane_overloaded_total",
    help: "Commands not started because the mailbox was full.",
    of: ({ overloaded }) => overloaded,
  },
  {
    type: "counter",
    name: "stampede_lane_expired_total",
    help: "Commands not started before their deadline.",
    of: ({ expired }) => expired,
  },
  {
    type: "counter",
    name: "stampede_actor_faults_total",
    help: "Commands and messages that an actor could not take, by a fault of the program.",
    of: ({ faults }) => faults,
  },
  {
    type: "counter",
    name: "stampede_lane_recoveries_total",
    help: "Times the lane loaded its shards from the journal.",
    of: ({ recoveries }) => recoveries,
  },
  {
    type: "counter",
    name: "stampede_commits_total",
    help: "Commits to the journal.",
    of: ({ commits }) => commits,
  },
  {
    type: "counter",
    name: "stampede_events_total",
    help: "Events made durable.",
    of: ({ events }) => events,
  },
  {
    type: "counter",
    name: "stampede_orders_confirmed_total",
    help: "Orders that were paid for and confirmed, durably.",
    of: ({ eventsByType }) => eventsByType["OrderConfirmed"] ?? 0,
  },
  {
    type: "counter",
    name: "stampede_checkpoints_total",
    help: "Shards written to the snapshot store.",
    of: ({ checkpoints }) => checkpoints,
  },
  {
    type: "counter",
    name: "stampede_damaged_snapshots_total",
    help: "Damaged snapshots and checkpoints that were met.",
    of: ({ damagedSnapshots }) => damagedSnapshots,
  },
  {
    type: "counter",
    name: "stampede_rebuilt_actors_total",
    help: "Actors folded from the journal for want of a readable snapshot.",
    of: ({ rebuiltActors }) => rebuiltActors,
  },
  {
    type: "gauge",
    name: "stampede_timers",
    help: "Wake-ups in memory.",
    of: ({ timers }) => timers,
  },
  {
    type: "gauge",
    name: "stampede_tail_events",
    help: "Events that a recovery would have to fold.",
    of: ({ tailEvents }) => tailEvents,
  },
  {
    type: "gauge",
    name: "stampede_mailbox_depth",
    help: "Commands and messages that wait to be decided.",
    of: ({ mailboxDepth }) => mailboxDepth,
  },
  {
    type: "gauge",
    name: "stampede_activated_actors",
    help: "Actors in memory.",
    of: ({ activatedActors }) => activatedActors,
  },
  {
    type: "gauge",
    name: "stampede_unreadable_actors",
    help: "Actors that somebody asks for and that could not be read.",
    of: ({ unreadableActors }) => unreadableActors,
  },
  { type: "gauge", name: "stampede_owned_shards", help: "Shards owned.", of: ({ shards }) => shards },
  {
    type: "gauge",
    name: "stampede_outbox_messages",
    help: "Messages to other shards that are not known to be delivered.",
    of: ({ outboxPending }) => outboxPending,
  },
  {
    type: "gauge",
    name: "stampede_external_calls",
    help: "Calls to the outside that are not answered.",
    of: ({ callsPending }) => callsPending,
  },
  {
    type: "gauge",
    name: "stampede_external_calls_stuck",
    help: "Calls to the outside that have failed ten times or more.",
    of: ({ callsStuck }) => callsStuck,
  },
];

/** The metrics of one lane, labelled by its number. */
export function laneMetrics(statistics: LaneStatistics): readonly MetricSample[] {
  const labels = { lane: String(statistics.lane) };
  return [
    ...numberSamples(NUMBERS, statistics, labels),
    ...samplesByLabel("kind", statistics.commandsByKind, {
      type: "counter",
      name: "stampede_actor_commands_total",
      help: "Commands decided, by kind of actor.",
      labels,
    }),
    ...samplesByLabel("code", statistics.refusalsByCode, {
      type: "counter",
      name: "stampede_actor_refusals_total",
      help: "Commands refused by an actor, by code.",
      labels,
    }),
    {
      type: "histogram",
      name: "stampede_commit_segments",
      help: "Shards written by one commit.",
      labels,
      ...statistics.commitSegments,
    },
    {
      type: "histogram",
      name: "stampede_commit_events",
      help: "Events written by one commit.",
      labels,
      ...statistics.commitEvents,
    },
    secondsSample(
      { name: "stampede_commit_duration_seconds", help: "Time from append to durable.", labels },
      statistics.commitMs,
    ),
  ];
}
