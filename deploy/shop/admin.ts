import type { Log } from "../../engine/ports/log.ts";
import { startAdminListener, type AdminListener } from "../admin/admin-listener.ts";
import type { AdminApi } from "../admin/api/admin-api.ts";
import { busMetrics } from "../admin/bus-metrics.ts";
import { clusterMetrics } from "../admin/cluster-metrics.ts";
import { gatewayMetrics } from "../admin/gateway-metrics.ts";
import type { HealthCheck } from "../admin/health.ts";
import { laneMetrics } from "../admin/lane-metrics.ts";
import type { MetricSample } from "../admin/metric-sample.ts";
import { processMetrics } from "../admin/process-metrics.ts";
import { VERSION } from "../version.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { adminPlace, cannotListen } from "./listening.ts";
import type { ShopStatistics } from "./shop.ts";

/** Where the admin listener is, and what it shows from when on. */
export interface ShopAdmin {
  readonly host: string;
  readonly port: number;
  /** What the start waits for; undefined once the shop is open for orders. */
  readonly waitsFor: () => string | undefined;
  readonly open: OpenShop;
  /** What operators can see and change. */
  readonly api: AdminApi;
  readonly log: Log;
}

/** What there is to show of a shop that is open. */
export interface OpenShop {
  readonly part: Pick<ClusterPart, "trouble" | "databaseTrouble" | "hasBus" | "busTrouble" | "statistics">;
  /** Numbers of all threads. */
  readonly statistics: () => Promise<ShopStatistics>;
  /** Those of one kind: threads of the other kind may hang. */
  readonly lanes: () => Promise<ShopStatistics["lanes"]>;
  readonly gateways: () => Promise<ShopStatistics["gateways"]>;
}

/**
 * Serves health and metrics of the whole shop, and the admin API, from the beginning of its start on.
 * @throws {ConfigError} when the address cannot be had.
 */
export async function startAdmin(shop: ShopAdmin): Promise<AdminListener> {
  const { host, port, api, log, waitsFor } = shop;
  const starting: readonly HealthCheck[] = [{ name: "start", check: waitsFor }];
  const open = checks(shop.open);
  try {
    return await startAdminListener({
      hostname: host,
      port,
      health: () => (waitsFor() === undefined ? open : starting),
      metrics: async () => (waitsFor() === undefined ? metrics(shop.open) : processMetrics(VERSION)),
      api,
      log,
    });
  } catch (error) {
    throw cannotListen(adminPlace(host, port), error);
  }
}

/** Parts that have to work before shoppers are sent here. */
export function checks({
  part,
  lanes,
  gateways,
}: Pick<OpenShop, "part" | "lanes" | "gateways">): readonly HealthCheck[] {
  const all: readonly HealthCheck[] = [
    { name: "database", check: () => part.databaseTrouble },
    {
      name: "lanes",
      check: async () => {
        const silent = (await lanes()).filter(({ state }) => state !== "serving");
        if (silent.length === 0) return undefined;
        return silent.map(({ lane, state }) => `lane ${lane} is ${state}`).join(", ");
      },
    },
    { name: "shards", check: () => part.trouble },
    {
      name: "gateways",
      check: async () => {
        await gateways();
        return undefined;
      },
    },
  ];
  return part.hasBus ? [...all, { name: "bus", check: () => part.busTrouble }] : all;
}

async function metrics({ part, statistics }: OpenShop): Promise<readonly MetricSample[]> {
  const { lanes, gateways, buses, projectionLagSegments } = await statistics();
  const cluster = part.statistics;
  return [
    ...lanes.flatMap(laneMetrics),
    ...gateways.flatMap(gatewayMetrics),
    ...buses.flatMap(busMetrics),
    ...(cluster === undefined ? [] : clusterMetrics(cluster)),
    ...(projectionLagSegments === undefined ? [] : [readModelLag(projectionLagSegments)]),
    ...processMetrics(VERSION),
  ];
}

/** The node that coordinates the cluster builds the read models of all. */
function readModelLag(value: number): MetricSample {
  return {
    type: "gauge",
    name: "stampede_read_model_lag_segments",
    help: "Segments of the journal that the read models have not followed yet.",
    labels: {},
    value,
  };
}
