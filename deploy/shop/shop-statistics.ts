import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import type { GatewayStatistics } from "../workers/gateway-worker.ts";
import type { BusStatistics } from "../workers/lane-links.ts";

/** Numbers of all threads of the node. */
export interface ShopStatistics {
  readonly lanes: readonly LaneStatistics[];
  readonly gateways: readonly GatewayStatistics[];
  /** How each thread fares on the bus; none in a shop that is alone. */
  readonly buses: readonly BusStatistics[];
  /** Segments that the read models are behind the journal; undefined while another node follows it. */
  readonly projectionLagSegments: number | undefined;
}
