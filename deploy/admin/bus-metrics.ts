import type { BusCounters } from "../../engine/transport/bus/bus-link.ts";
import type { BusStatistics } from "../workers/lane-links.ts";
import type { MetricSample } from "./metric-sample.ts";

// A record, so that a counter without a metric is a type error.
const COUNTERS: Readonly<Record<keyof BusCounters, { readonly name: string; readonly help: string }>> = {
  framesSent: { name: "frames_sent", help: "Frames sent to threads of other nodes." },
  framesReceived: { name: "frames_received", help: "Frames that came from threads of other nodes." },
  refusedItems: {
    name: "refused",
    help: "Commands and reads refused at once, since the bus or the other end could not take them.",
  },
  lostItems: { name: "lost", help: "Other items lost for the same reason; their senders repeat them." },
  tooLongItems: { name: "too_long", help: "Items longer than the bus carries." },
  gaps: { name: "gaps", help: "Times that frames of another thread were missed." },
  oldFrames: { name: "old_frames", help: "Frames that came twice, too late, or for an earlier start." },
  malformedFrames: { name: "malformed_frames", help: "Frames that were none." },
  unknownVersions: { name: "unknown_versions", help: "Frames of other releases, which were not read." },
};

/** The metrics of one thread's way to other nodes. */
export function busMetrics({ thread, isConnected, counters }: BusStatistics): readonly MetricSample[] {
  const labels = { thread };
  return [
    {
      type: "gauge",
      name: "stampede_bus_connected",
      help: "1 while the thread reaches the bus, 0 while it does not.",
      labels,
      value: isConnected ? 1 : 0,
    },
    ...Object.entries(COUNTERS).map(([counter, { name, help }]): MetricSample => ({
      type: "counter",
      name: `stampede_bus_${name}_total`,
      help,
      labels,
      value: counters[counter as keyof BusCounters],
    })),
  ];
}
