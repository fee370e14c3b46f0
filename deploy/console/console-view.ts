import type { HistogramData } from "../../engine/statistics/histogram.ts";
import {
  CONSOLE_VERSION,
  type ConsoleCluster,
  type ConsoleNode,
  type ConsoleNodeFigures,
  type ConsoleNow,
  type ConsoleOperation,
  type ConsolePoint,
  type ConsoleTraffic,
  type Known,
} from "../../gateway/protocol/console-line.ts";
import type { Operation } from "../../engine/ports/operation-store.ts";
import type { HotProduct } from "../../persistence/postgres/hot-products.ts";
import type { NodesAnswer, ShardsAnswer } from "../admin/api/answers.ts";
import type { AlertBook } from "./alert-book.ts";
import { endingText } from "./ending-text.ts";
import { findAlerts } from "./find-alerts.ts";
import type { NodeFigures } from "./node-figures.ts";
import type { NodeWindow } from "./node-window.ts";
import { countOf, quantile, together } from "./quantile.ts";

const MS_PER_SECOND = 1_000;
const REFUSALS_SHOWN_MAX = 8;
const HUNDRED = 100;

/** A node as the console knows it. */
export interface WatchedNode {
  readonly node: string;
  readonly known: Known<NodeFigures>;
  readonly window: NodeWindow;
}

/** All that a line is made of. */
export interface ConsoleParts {
  readonly node: string;
  readonly atMs: number;
  readonly nodes: readonly WatchedNode[];
  readonly cluster: Known<readonly [NodesAnswer, ShardsAnswer]>;
  readonly operations: Known<readonly Operation[]>;
  readonly products: Known<readonly HotProduct[]>;
}

/** Makes a line of the console. The book remembers since when something is wrong. */
export function consoleNow(parts: ConsoleParts, book: AlertBook): ConsoleNow {
  const { node, atMs, nodes, products } = parts;
  const telling = nodes.filter(({ known }) => known.trouble === null);
  const isWhole =
    telling.length === nodes.length &&
    telling.every(({ known, window }) => known.value?.lanes !== null && !window.isNew);
  const traffic = trafficOf(nodes, telling);
  const grounds = {
    type: "Now",
    version: CONSOLE_VERSION,
    atMs,
    node,
    traffic,
    point: pointOf(atMs, telling, isWhole),
    products,
    nodes: nodes.map(nodeOf),
    cluster: mapped(parts.cluster, clusterOf),
    operations: mapped(parts.operations, (operations) => operations.map(operationOf)),
  } as const;
  const times = timesOf(telling);
  const p95Ms = times === undefined ? null : quantile(times, 0.95);
  const callsStuck = Object.fromEntries(telling.map(({ node: each, known }) => [each, stuckOf(known)]));
  return { ...grounds, alerts: book.note(findAlerts({ ...grounds, callsStuck, p95Ms }), atMs) };
}

function mapped<From, To>({ value, ...rest }: Known<From>, map: (value: From) => To): Known<To> {
  return { ...rest, value: value === null ? null : map(value) };
}

function stuckOf({ value }: Known<NodeFigures>): number {
  return (value?.lanes ?? []).reduce((sum, { callsStuck }) => sum + callsStuck, 0);
}

function ordersOf({ lanes }: NodeFigures): number | undefined {
  return lanes?.reduce((sum, { ordersConfirmed }) => sum + ordersConfirmed, 0);
}

function timesOf(nodes: readonly WatchedNode[]): HistogramData | undefined {
  const counted = nodes.flatMap(({ window }) => window.counted(({ gateways }) => gateways?.commandMs) ?? []);
  return together(counted.filter(({ bounds }) => bounds.length > 0));
}

function pointOf(atMs: number, telling: readonly WatchedNode[], isWhole: boolean): ConsolePoint {
  const times = timesOf(telling);
  const orders = telling.reduce((sum, { window }) => sum + window.perSecond(ordersOf, true), 0);
  return {
    atMs,
    ordersPerSecond: isWhole ? rounded(orders) : null,
    p50Ms: times === undefined ? null : roundedOrNull(quantile(times, 0.5)),
    p99Ms: times === undefined ? null : roundedOrNull(quantile(times, 0.99)),
  };
}

function trafficOf(nodes: readonly WatchedNode[], telling: readonly WatchedNode[]): ConsoleTraffic {
  const perSecond = (of: (figures: NodeFigures) => number | undefined): number =>
    rounded(telling.reduce((sum, { window }) => sum + window.perSecond(of), 0));
  const now = (of: (figures: NodeFigures) => number): number =>
    telling.reduce((sum, { known: { value } }) => sum + (value === null ? 0 : of(value)), 0);
  const codes = new Set(
    telling.flatMap(({ known }) => Object.keys(known.value?.gateways?.refusalsByCode ?? {})),
  );
  const refusals = [...codes]
    .map((code) => ({
      code,
      perSecond: perSecond(({ gateways }) =>
        gateways === null ? undefined : (gateways.refusalsByCode[code] ?? 0),
      ),
    }))
    .filter((refusal) => refusal.perSecond > 0)
    .toSorted((one, other) => other.perSecond - one.perSecond || one.code.localeCompare(other.code));
  return {
    without: nodes.filter((each) => !telling.includes(each)).map(({ node }) => node),
    ordersPerSecond: perSecond(ordersOf),
    commandsPerSecond: perSecond(({ gateways }) =>
      gateways === null ? undefined : countOf(gateways.commandMs),
    ),
    failedPerSecond: perSecond(({ gateways }) => gateways?.commandsFailed),
    sockets: now(({ gateways }) => gateways?.sockets ?? 0),
    laggingSockets: now(({ gateways }) => gateways?.laggingSockets ?? 0),
    refusals: refusals.slice(0, REFUSALS_SHOWN_MAX),
    readModelLagSegments:
      telling.map(({ known }) => known.value?.readModelLagSegments).find(isNumber) ?? null,
  };
}

function nodeOf({ node, known, window }: WatchedNode): ConsoleNode {
  return { node, figures: mapped(known, (figures) => nodeFiguresOf(figures, window)) };
}

function nodeFiguresOf(figures: NodeFigures, window: NodeWindow): ConsoleNodeFigures {
  const { release, memoryBytes, unreadableShards, checks, gateways, lanes } = figures;
  return {
    release,
    memoryBytes,
    unreadableShards,
    checks,
    sockets: gateways?.sockets ?? 0,
    processorShare: rounded(window.perSecond(({ processorMs }) => processorMs) / MS_PER_SECOND),
    lanes:
      lanes?.map(({ lane, state, mailboxDepth }) => {
        const commits = window.counted((each) => each.lanes?.find((of) => of.lane === lane)?.commitMs);
        return {
          lane,
          state,
          mailboxDepth,
          commitsPerSecond: rounded(
            window.perSecond((each) => {
              const found = each.lanes?.find((of) => of.lane === lane);
              return found && countOf(found.commitMs);
            }),
          ),
          commitP99Ms: commits === undefined ? null : roundedOrNull(quantile(commits, 0.99)),
        };
      }) ?? null,
  };
}

function clusterOf([{ coordinator, isBalancingSuspended, nodes }, { shards }]: readonly [
  NodesAnswer,
  ShardsAnswer,
]): ConsoleCluster {
  return {
    coordinator,
    isBalancingSuspended,
    nodes: nodes.map(({ laneLoads, release: _release, lanes: _lanes, ...node }) => ({
      ...node,
      laneLoads: laneLoads.map(roundedOrNull),
    })),
    shards: shards.map(({ place, pinned, load, move }) => ({
      node: place?.node ?? null,
      lane: place?.lane ?? 0,
      pinned,
      load: roundedOrNull(load),
      move,
    })),
  };
}

function operationOf(operation: Operation): ConsoleOperation {
  const { id, kind, status, askedBy, stepsDone, stepsTotal, createdAtMs, endedAtMs } = operation;
  const ending = endingText(operation);
  return { id, kind, status, askedBy, stepsDone, stepsTotal, createdAtMs, endedAtMs, ending };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function rounded(value: number): number {
  return Math.round(value * HUNDRED) / HUNDRED;
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
