/**
 * The version of {@link ConsoleLine}. A page that was served by another release says that it has to be loaded again. The stream
 * goes to the page that the same program serves, and nobody keeps it.
 */
export const CONSOLE_VERSION = 2;

/** Points of a chart that are kept: ten minutes, one each second. */
export const CONSOLE_POINTS_MAX = 600;

/**
 * A line of `GET /v1/console`, as JSON: first what was seen before, if somebody has watched, then once a second how everything is. An
 * empty line says only that the connection lasts.
 */
export type ConsoleLine = ConsoleHistory | ConsoleNow;

/** What was seen while somebody watched, the oldest first. */
export interface ConsoleHistory {
  readonly type: "History";
  readonly version: number;
  readonly points: readonly ConsolePoint[];
  /** By SKU. */
  readonly stock: Readonly<Record<string, readonly StockPoint[]>>;
}

/** The whole shop in one second. Null: not known, since not all nodes have told it, or not twice. Moments are milliseconds since the epoch. */
export interface ConsolePoint {
  readonly atMs: number;
  readonly ordersPerSecond: number | null;
  /** Of the last seconds; null also while no command is answered. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** The stock of one product in one second. */
export interface StockPoint {
  readonly atMs: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
}

/** Something that may be out of reach: then it is as it was last known. */
export interface Known<Value> {
  /** Null: it never was. */
  readonly value: Value | null;
  /** When it was known last; null: never. */
  readonly atMs: number | null;
  /** Why it is not known now, a sentence or part of one; null while it is. */
  readonly trouble: string | null;
}

/** How everything is, as the node tells it that serves the stream. */
export interface ConsoleNow {
  readonly type: "Now";
  readonly version: number;
  readonly atMs: number;
  /** The node that tells. */
  readonly node: string;
  readonly point: ConsolePoint;
  readonly traffic: ConsoleTraffic;
  /** What is wrong, the worst and oldest first. */
  readonly alerts: readonly ConsoleAlert[];
  readonly products: Known<readonly ConsoleProduct[]>;
  readonly nodes: readonly ConsoleNode[];
  readonly cluster: Known<ConsoleCluster>;
  readonly operations: Known<readonly ConsoleOperation[]>;
}

/** Sums over the nodes that tell their figures. Rates are those of the last seconds. */
export interface ConsoleTraffic {
  /** Nodes whose figures are missing in these sums. */
  readonly without: readonly string[];
  readonly ordersPerSecond: number;
  readonly commandsPerSecond: number;
  /** Commands that failed by a fault of the shop. */
  readonly failedPerSecond: number;
  readonly sockets: number;
  readonly laggingSockets: number;
  /** The most frequent first. */
  readonly refusals: readonly { readonly code: string; readonly perSecond: number }[];
  /** Segments of the journal that the stock below is behind; null when no node says so. */
  readonly readModelLagSegments: number | null;
}

/** `wrong`: somebody has to look; `notice`: good to know. */
export interface ConsoleAlert {
  readonly severity: "wrong" | "notice";
  /** A sentence. */
  readonly text: string;
  /** Since when it was seen: it may have begun before anybody watched. */
  readonly sinceMs: number;
}

/** A product that sells, is held, is paused, or is on sale. */
export interface ConsoleProduct {
  readonly sku: string;
  readonly title: string;
  readonly available: number;
  readonly held: number;
  /** Units that were sold and have not come back. */
  readonly sold: number;
  /** Its sale, also one that has yet to begin or is over; null when it has none. */
  readonly sale: {
    readonly title: string;
    readonly startsAtMs: number;
    readonly endsAtMs: number;
  } | null;
  /** That an operator has stopped its selling, since when, and why; null while it is sold. */
  readonly pause: { readonly reason: string; readonly sinceMs: number } | null;
}

/** What a node tells of itself. */
export interface ConsoleNode {
  readonly node: string;
  readonly figures: Known<ConsoleNodeFigures>;
}

/** Figures of one node. */
export interface ConsoleNodeFigures {
  readonly release: string;
  readonly sockets: number;
  /** Share of one core that all of its threads use together. */
  readonly processorShare: number;
  readonly memoryBytes: number;
  /** Null when its lanes do not answer. */
  readonly lanes: readonly ConsoleLane[] | null;
  /** Shards of the node that its lanes cannot read. */
  readonly unreadableShards: number;
  /** What has to work before shoppers are sent there. */
  readonly checks: readonly { readonly name: string; readonly failure: string | null }[];
}

/** Figures of one lane. */
export interface ConsoleLane {
  readonly lane: number;
  readonly state: string;
  readonly mailboxDepth: number;
  readonly commitsPerSecond: number;
  /** From append to durable; null while nothing is committed. */
  readonly commitP99Ms: number | null;
}

/** What whoever coordinates knows. */
export interface ConsoleCluster {
  readonly coordinator: string;
  readonly isBalancingSuspended: boolean;
  readonly nodes: readonly {
    readonly node: string;
    readonly state: string;
    readonly cause: string | null;
    readonly cordoned: boolean;
    readonly draining: boolean;
    /** By lane: the share of one core that its thread uses. */
    readonly laneLoads: readonly (number | null)[];
    readonly expectedShards: number;
    readonly servingShards: number | null;
  }[];
  /** By number. */
  readonly shards: readonly ConsoleShard[];
}

/** One shard. */
export interface ConsoleShard {
  /** Null: it has been given to nobody. */
  readonly node: string | null;
  readonly lane: number;
  readonly pinned: boolean;
  /** Share of one core. */
  readonly load: number | null;
  readonly move: { readonly phase: string; readonly trouble: string | null } | null;
}

/** Something that the cluster does, or has done lately. */
export interface ConsoleOperation {
  readonly id: string;
  readonly kind: string;
  readonly status: "waiting" | "running" | "done" | "partly" | "failed" | "cancelled";
  readonly askedBy: string;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  /** How far it came that did not do all of it, and why; null for all others. */
  readonly ending: string | null;
}
