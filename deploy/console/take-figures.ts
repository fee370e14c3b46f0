import { Histogram } from "../../engine/statistics/histogram.ts";
import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import type { HealthResult } from "../admin/health.ts";
import { VERSION } from "../version.ts";
import type { GatewayStatistics } from "../workers/gateway-worker.ts";
import type { GatewayFigures, LaneFigures, NodeFigures } from "./node-figures.ts";
import { together } from "./quantile.ts";

// A thread that hangs must not keep the figures of the others from being told.
const THREADS_MS_MAX = 500;
const MICROSECONDS_PER_MS = 1_000;

/** What a node's figures are taken from. */
export interface FigureSources {
  readonly lanes: () => Promise<readonly LaneStatistics[]>;
  readonly gateways: () => Promise<readonly GatewayStatistics[]>;
  readonly health: () => Promise<readonly HealthResult[]>;
  readonly unreadableShards: () => number;
  readonly readModelLagSegments: () => number | undefined;
}

/** The figures of this process as they are now. Never rejects: what does not answer is null. */
export async function takeFigures(sources: FigureSources): Promise<NodeFigures> {
  const [lanes, gateways, checks] = await Promise.all([
    inTime(sources.lanes()),
    inTime(sources.gateways()),
    sources.health(),
  ]);
  const { user, system } = process.cpuUsage();
  return {
    release: VERSION,
    startedAtMs: Math.round(performance.timeOrigin),
    uptimeMs: performance.now(),
    processorMs: (user + system) / MICROSECONDS_PER_MS,
    memoryBytes: process.memoryUsage.rss(),
    unreadableShards: sources.unreadableShards(),
    checks: checks.map(({ name, failure }) => ({ name, failure: failure ?? null })),
    lanes: lanes?.map(laneFigures) ?? null,
    gateways: gateways === null ? null : gatewayFigures(gateways),
    readModelLagSegments: sources.readModelLagSegments() ?? null,
  };
}

async function inTime<Value>(asked: Promise<Value>): Promise<Value | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), THREADS_MS_MAX);
  try {
    return await Promise.race([asked, late.promise]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function laneFigures({
  lane,
  state,
  mailboxDepth,
  eventsByType,
  callsStuck,
  commitMs,
}: LaneStatistics): LaneFigures {
  const ordersConfirmed = eventsByType["OrderConfirmed"] ?? 0;
  return { lane, state, mailboxDepth, ordersConfirmed, callsStuck, commitMs };
}

function gatewayFigures(gateways: readonly GatewayStatistics[]): GatewayFigures {
  const sum = (of: (gateway: GatewayStatistics) => number): number =>
    gateways.reduce((total, gateway) => total + of(gateway), 0);
  const refusalsByCode: Record<string, number> = {};
  for (const { counters } of gateways)
    for (const [code, count] of Object.entries(counters["refusals"] ?? {}))
      refusalsByCode[code] = (refusalsByCode[code] ?? 0) + count;
  const times = gateways.flatMap(({ commandTimes }) => commandTimes);
  const failed = times.filter(({ outcome }) => outcome === "failed").flatMap(({ ms }) => ms.counts);
  return {
    sockets: sum(({ counters }) => counters["sockets"]?.[""] ?? 0),
    laggingSockets: sum(({ counters }) => counters["lagging"]?.[""] ?? 0),
    refusalsByCode,
    commandsFailed: failed.reduce((total, count) => total + count, 0),
    commandMs: together(times.map(({ ms }) => ms)) ?? new Histogram([]).toData(),
  };
}
