import type { WebhookCounters } from "../../gateway/webhooks/webhook-counters.ts";
import type { WebhookStatistics } from "../../gateway/webhooks/webhooks.ts";
import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import type { GatewayStatistics } from "../workers/gateway-worker.ts";
import type { BusStatistics } from "../workers/lane-links.ts";

/** What a node has told others. */
export interface WebhookNumbers {
  readonly counters: WebhookCounters;
  /** How far they are; undefined while another node tells them. */
  readonly statistics: WebhookStatistics | undefined;
}

/** Numbers of all threads of the node. */
export interface ShopStatistics {
  readonly lanes: readonly LaneStatistics[];
  readonly gateways: readonly GatewayStatistics[];
  /** How each thread fares on the bus; none in a shop that is alone. */
  readonly buses: readonly BusStatistics[];
  /** Segments that the read models are behind the journal; undefined while another node follows it. */
  readonly projectionLagSegments: number | undefined;
  /** Undefined before the node takes part in its cluster. */
  readonly webhooks: WebhookNumbers | undefined;
}
