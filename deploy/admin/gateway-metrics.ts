import type { CounterName } from "../../gateway/server/counters.ts";
import type { GatewayStatistics } from "../workers/gateway-worker.ts";
import { secondsSample, type MetricSample, type NumberSample } from "./metric-sample.ts";

interface GatewayMetric {
  readonly type: NumberSample["type"];
  readonly name: string;
  readonly help: string;
  /** What the counter's label says, if it has labels. */
  readonly label?: string;
}

// A record, so that a counter without a metric is a type error.
const METRICS: Readonly<Record<CounterName, GatewayMetric>> = {
  sockets: { type: "gauge", name: "sockets", help: "Open sockets." },
  lagging: { type: "gauge", name: "lagging_sockets", help: "Sockets that read too slowly." },
  channels: { type: "gauge", name: "watched_channels", help: "Public channels that somebody watches." },
  sockets_opened: { type: "counter", name: "sockets_opened_total", help: "Sockets opened." },
  sockets_refused: {
    type: "counter",
    name: "sockets_refused_total",
    help: "Sockets refused, by problem code.",
    label: "code",
  },
  sockets_closed: {
    type: "counter",
    name: "sockets_closed_total",
    help: "Sockets closed by the gateway, by close code.",
    label: "code",
  },
  pauses: {
    type: "counter",
    name: "socket_pauses_total",
    help: "Times that a socket which sent too much was not read for a moment.",
  },
  commands: {
    type: "counter",
    name: "commands_total",
    help: "Commands answered, by operation.",
    label: "op",
  },
  refusals: {
    type: "counter",
    name: "refusals_total",
    help: "Commands and frames refused, by problem code.",
    label: "code",
  },
  queue: {
    type: "counter",
    name: "queue_people_total",
    help: "People in waiting rooms: joined with a new number, kept the one they had, let_in when they first buy.",
    label: "step",
  },
  pushes: {
    type: "counter",
    name: "pushes_total",
    help: "Frames pushed: public ones once per publish, private ones once per socket.",
    label: "audience",
  },
  http_responses: {
    type: "counter",
    name: "http_responses_total",
    help: "HTTP responses, by status.",
    label: "status",
  },
};

/** The metrics of one gateway thread, labelled by its number. Counters that never counted are shown as 0 where they have no label. */
export function gatewayMetrics({
  gateway,
  counters,
  commandTimes,
  outstanding,
}: GatewayStatistics): readonly MetricSample[] {
  const labels = { gateway: String(gateway) };
  const counted = Object.entries(METRICS).flatMap(([counter, { type, name, help, label }]) => {
    const values = Object.entries(counters[counter] ?? (label === undefined ? { "": 0 } : {}));
    return values.map(([key, value]) => ({
      type,
      name: `stampede_${name}`,
      help,
      labels: label === undefined ? labels : { ...labels, [label]: key },
      value,
    }));
  });
  const waiting: NumberSample = {
    type: "gauge",
    name: "stampede_gateway_outstanding",
    help: "Commands and reads that wait for a lane.",
    labels,
    value: outstanding,
  };
  const times = commandTimes.map(({ op, outcome, ms }) =>
    secondsSample(
      {
        name: "stampede_command_duration_seconds",
        help: "Time from a shopper's command to its answer, by operation and by how it ended.",
        labels: { ...labels, op, outcome },
      },
      ms,
    ),
  );
  return [...counted, ...times, waiting];
}
