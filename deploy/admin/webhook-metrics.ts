import type { WebhookNumbers } from "../shop/shop-statistics.ts";
import type { MetricSample } from "./metric-sample.ts";

/** What endpoints of webhooks were told; how far they are is shown by the node that tells them. */
export function webhookMetrics(
  { counters, statistics }: WebhookNumbers,
  nowMs: number,
): readonly MetricSample[] {
  const attempts = Object.entries(counters).map(([outcome, value]: [string, number]): MetricSample => ({
    type: "counter",
    name: "stampede_webhook_deliveries_total",
    help: "Attempts to tell an endpoint something, delivered or failed, and events that became dead letters.",
    labels: { outcome },
    value,
  }));
  if (statistics === undefined) return attempts;
  const { suspended, deadLetters, oldestAtMs } = statistics;
  const ageSeconds = oldestAtMs === undefined ? 0 : Math.max(0, nowMs - oldestAtMs) / 1_000;
  return [
    ...attempts,
    gauge(
      "oldest_undelivered_seconds",
      "Age of the oldest event that an active endpoint has not taken, or how long something for it cannot be read.",
      ageSeconds,
    ),
    gauge(
      "dead_letters",
      "Events that endpoints have not taken and that are not tried any more.",
      deadLetters,
    ),
    gauge("endpoints_suspended", "Endpoints that are told nothing more, since they took nothing.", suspended),
  ];
}

function gauge(name: string, help: string, value: number): MetricSample {
  return { type: "gauge", name: `stampede_webhook_${name}`, help, labels: {}, value };
}
