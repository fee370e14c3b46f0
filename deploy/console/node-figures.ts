import type { HistogramData } from "../../engine/statistics/histogram.ts";
import { UnknownVersion } from "../../engine/transport/unknown-versions.ts";

/** The version of {@link NodeFigures} as nodes send them to each other. */
export const FIGURES_VERSION = 1;

/** What a node tells of itself when somebody looks at the console of another one. Counts are those since its start. */
export interface NodeFigures {
  readonly release: string;
  /** When the process was started, milliseconds since the epoch: names this start of the node. */
  readonly startedAtMs: number;
  /** How old the process was when it was counted, by a clock that nobody sets. */
  readonly uptimeMs: number;
  readonly processorMs: number;
  readonly memoryBytes: number;
  readonly unreadableShards: number;
  readonly checks: readonly { readonly name: string; readonly failure: string | null }[];
  /** Null: they do not answer. */
  readonly lanes: readonly LaneFigures[] | null;
  /** Sums of all gateway threads; null: they do not answer. */
  readonly gateways: GatewayFigures | null;
  /** Null while another node follows the journal. */
  readonly readModelLagSegments: number | null;
}

/** What one lane tells. */
export interface LaneFigures {
  readonly lane: number;
  readonly state: string;
  readonly mailboxDepth: number;
  readonly ordersConfirmed: number;
  readonly callsStuck: number;
  readonly commitMs: HistogramData;
}

/** What the gateways of a node tell together. */
export interface GatewayFigures {
  readonly sockets: number;
  readonly laggingSockets: number;
  readonly refusalsByCode: Readonly<Record<string, number>>;
  /** Commands that failed by a fault of the shop. */
  readonly commandsFailed: number;
  /** How long all commands took, however they ended. */
  readonly commandMs: HistogramData;
}

/** Writes figures as JSON, with their version in front. */
export function encodeFigures(figures: NodeFigures): string {
  return JSON.stringify([FIGURES_VERSION, figures]);
}

/**
 * Reads what {@link encodeFigures} wrote. Only nodes of this cluster may publish on its topics, so that figures of this version have
 * this shape.
 * @throws {UnknownVersion}
 */
export function decodeFigures(text: string): NodeFigures {
  const [version, figures] = JSON.parse(text) as readonly [unknown, NodeFigures];
  if (version === FIGURES_VERSION) return figures;
  throw new UnknownVersion("figures", version, FIGURES_VERSION);
}
