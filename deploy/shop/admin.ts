import type { Log } from "../../engine/ports/log.ts";
import { startAdminListener, type AdminListener } from "../admin/admin-listener.ts";
import { AdminApi } from "../admin/api/admin-api.ts";
import { busMetrics } from "../admin/bus-metrics.ts";
import { clusterMetrics } from "../admin/cluster-metrics.ts";
import { gatewayMetrics } from "../admin/gateway-metrics.ts";
import { runHealthChecks, type HealthCheck } from "../admin/health.ts";
import { webhookMetrics } from "../admin/webhook-metrics.ts";
import type { SellingDesk } from "../sale/selling-desk.ts";
import type { WebhookDesk } from "../webhooks/webhook-desk.ts";
import { laneMetrics } from "../admin/lane-metrics.ts";
import type { MetricSample } from "../admin/metric-sample.ts";
import { processMetrics } from "../admin/process-metrics.ts";
import type { Config } from "../config.ts";
import { ConsolePage } from "../console-assets.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import { VERSION } from "../version.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { JoiningOperator } from "./joining-operator.ts";
import { adminPlace, cannotListen } from "./listening.ts";
import { ShopConsole } from "./shop-console.ts";
import type { ShopThreads } from "./shop-threads.ts";
import type { ShopStatistics } from "./shop-statistics.ts";

/** Where the admin listener is, and what it shows from when on. */
export interface ShopAdmin {
  readonly config: Pick<Config, "adminHost" | "adminPort" | "cluster" | "name">;
  /** Lets operators in. */
  readonly token: string;
  readonly part: ClusterPart;
  readonly threads: Pick<ShopThreads, "laneStatistics" | "gatewayStatistics">;
  /** Numbers of all threads. */
  readonly statistics: () => Promise<ShopStatistics>;
  readonly readModelLagSegments: () => number | undefined;
  /** For operators; undefined before the node takes part in its cluster. */
  readonly selling: () => SellingDesk | undefined;
  /** For operators; undefined before the database is open. */
  readonly webhooks: () => WebhookDesk | undefined;
  /** What the start waits for; undefined once the shop is open for orders. */
  readonly waitsFor: () => string | undefined;
  readonly log: Log;
}

/** What serves operators. */
export interface StartedAdmin {
  readonly listener: AdminListener;
  readonly console: ShopConsole;
}

// Others wait for it.
const FIGURES_HEALTH_MS = 600;

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
 * Serves health and metrics of the whole shop, the admin API and the console, from the beginning of its start on.
 * @throws {ConfigError} when the address cannot be had.
 */
export async function startAdmin(shop: ShopAdmin): Promise<StartedAdmin> {
  const { config, token, part, threads, statistics, readModelLagSegments, selling, webhooks, log } = shop;
  const { adminHost: host, adminPort: port } = config;
  const waitsFor = (): string | undefined => {
    const what = shop.waitsFor();
    return what !== undefined && part.isBusAway ? "it waits for NATS" : what;
  };
  const open: OpenShop = {
    part,
    statistics,
    lanes: () => threads.laneStatistics(),
    gateways: () => threads.gatewayStatistics(),
  };
  const [starting, working] = [[{ name: "start", check: waitsFor }], checks(open)];
  const health = (): readonly HealthCheck[] => (waitsFor() === undefined ? working : starting);
  const operator = new JoiningOperator(() => part.operator);
  const figures = {
    lanes: open.lanes,
    gateways: open.gateways,
    health: () => runHealthChecks(health(), FIGURES_HEALTH_MS),
    unreadableShards: () => part.unreadableShards,
    readModelLagSegments,
  };
  const console = new ShopConsole({ config, part, operator, figures, log });
  const { streams } = console;
  const page = new ConsolePage(config.name);
  const api = new AdminApi({
    operator,
    console: streams,
    selling,
    webhooks,
    token,
    clock: systemClock,
    entropy: systemEntropy,
    log,
  });
  try {
    const listener = await startAdminListener({
      hostname: host,
      port,
      health,
      metrics: async () => (waitsFor() === undefined ? metrics(open) : processMetrics(VERSION)),
      api,
      page: (request, path) => page.respond(request, path),
      log,
    });
    return { listener, console };
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
  const { lanes, gateways, buses, projectionLagSegments, webhooks } = await statistics();
  const cluster = part.statistics;
  return [
    ...lanes.flatMap(laneMetrics),
    ...gateways.flatMap(gatewayMetrics),
    ...buses.flatMap(busMetrics),
    ...(cluster === undefined ? [] : clusterMetrics(cluster)),
    ...(projectionLagSegments === undefined ? [] : [readModelLag(projectionLagSegments)]),
    ...(webhooks === undefined ? [] : webhookMetrics(webhooks, systemClock.nowMs())),
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
