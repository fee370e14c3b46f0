import type { MetricSample, NumberSample } from "./metric-sample.ts";

const MICROSECONDS_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;

/** Memory, processor time and age of this process, under the names that dashboards know; and what runs here. */
export function processMetrics(version: string): readonly MetricSample[] {
  const { user, system } = process.cpuUsage();
  const number = (type: NumberSample["type"], name: string, help: string, value: number): NumberSample => ({
    type,
    name,
    help,
    labels: {},
    value,
  });
  return [
    number(
      "gauge",
      "process_resident_memory_bytes",
      "Memory in use by all threads.",
      process.memoryUsage.rss(),
    ),
    number(
      "counter",
      "process_cpu_seconds_total",
      "Processor time used by all threads.",
      (user + system) / MICROSECONDS_PER_SECOND,
    ),
    number(
      "gauge",
      "process_start_time_seconds",
      "When the process was started, seconds since the epoch.",
      performance.timeOrigin / MS_PER_SECOND,
    ),
    {
      type: "gauge",
      name: "stampede_build_info",
      help: "What runs here; always 1.",
      labels: { version, bun: Bun.version },
      value: 1,
    },
  ];
}
