import { FIGURES_VERSION, encodeFigures, type NodeFigures } from "../node-figures.ts";

/** Figures of a node, in which everything is there that figures can have. */
export const FIGURES_SAMPLE: NodeFigures = {
  release: "0.1.0",
  startedAtMs: 1_795_400_000_000,
  uptimeMs: 61_000.5,
  processorMs: 1_234.5,
  memoryBytes: 104_857_600,
  unreadableShards: 1,
  checks: [
    { name: "database", failure: null },
    { name: "shards", failure: "85 of 86 shards are served" },
  ],
  lanes: [
    {
      lane: 0,
      state: "serving",
      mailboxDepth: 3,
      ordersConfirmed: 4_711,
      callsStuck: 1,
      commitMs: { bounds: [1, 2, 5], counts: [9, 5, 1, 0], sum: 21.5 },
    },
  ],
  gateways: {
    sockets: 200,
    laggingSockets: 1,
    refusalsByCode: { sold_out: 12 },
    commandsFailed: 1,
    commandMs: { bounds: [5, 10, 20], counts: [80, 15, 4, 1], sum: 612.25 },
  },
  readModelLagSegments: 2,
};

/** The sample as nodes send it, and its version. */
export function figuresGolden(): { readonly version: number; readonly message: unknown } {
  return { version: FIGURES_VERSION, message: JSON.parse(encodeFigures(FIGURES_SAMPLE)) };
}
