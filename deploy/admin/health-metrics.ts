import type { HealthResult } from "./health.ts";
import { samplesByLabel, type MetricSample } from "./metric-sample.ts";

/** What `/readyz` says, for those who watch: a node that answers may all the same be one to which nobody should be sent. */
export function healthMetrics(results: readonly HealthResult[]): readonly MetricSample[] {
  const passed = results.map(({ name, failure }) => [name, Number(failure === undefined)] as const);
  return samplesByLabel("check", Object.fromEntries(passed), {
    type: "gauge",
    name: "stampede_health_check",
    help: "1 while this check of /readyz is passed, else 0.",
    labels: {},
  });
}
