import type { ShardDescription } from "../../../engine/operator/cluster-description.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import {
  plannedState,
  type MoveProgress,
  type OperationState,
} from "../../../engine/shards/move-progress.ts";
import { documentsOf, type MoveDocuments } from "../../../engine/shards/operation-documents.ts";

const SLOWEST_SHOWN = 5;

/** How long clients of shards waited while these moved, milliseconds. */
export interface Pauses {
  readonly minMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The slowest first. */
  readonly slowest: readonly { readonly shard: number; readonly pauseMs: number }[];
}

/** A shard that is not where it should be, and why. */
export interface HeldUpShard {
  readonly shard: number;
  readonly reason: string;
}

/** A shard that is on its way. */
export interface UnderwayShard extends HeldUpShard {
  /** Something has gone wrong, and is tried again. */
  readonly isHeldUp: boolean;
}

/** What has come of an operation that moves shards. */
export interface OperationSummary {
  readonly moved: number;
  /** Who wanted it to end; null while nobody does. */
  readonly cancelledBy: string | null;
  /** Shards that were to move, or had to and cannot. */
  readonly asked: number;
  /** Null while none has moved. */
  readonly pauses: Pauses | null;
  /** Those that have moved, and with which something is wrong all the same. */
  readonly troubled: readonly HeldUpShard[];
  /** Those that stay. */
  readonly stays: readonly HeldUpShard[];
  /** Those that are on their way, and have not arrived. */
  readonly underway: readonly UnderwayShard[];
  /** How many wait for their turn. */
  readonly waiting: number;
}

/** Whether an operation moves shards; others are done at once. */
export function movesShards({ kind }: Operation): boolean {
  return kind === "move" || kind === "drain" || kind === "rebalance";
}

/** Sums an operation up; `shards`, if they are known, tell how far those are that are on their way. */
export function summarize(operation: Operation, shards: readonly ShardDescription[] = []): OperationSummary {
  const documents = documentsOf(operation);
  const state =
    documents !== undefined && "state" in documents ? (documents.state ?? plannedOf(documents)) : null;
  const moves = state?.moves ?? [];
  const left = state?.left ?? [];
  const withStatus = (...wanted: readonly MoveProgress["status"][]): readonly MoveProgress[] =>
    moves.filter(({ status }) => wanted.includes(status));
  const moved = withStatus("moved");
  const waiting = state === null ? operation.stepsTotal : withStatus("waiting").length;
  return {
    moved: moved.length,
    cancelledBy: state?.cancelledBy ?? null,
    asked: state === null ? waiting : moves.length + left.length,
    pauses: pausesOf(moved),
    troubled: moved.flatMap(({ shard, trouble }) => (trouble === null ? [] : [{ shard, reason: trouble }])),
    stays: [
      ...withStatus("undone", "skipped").map(({ shard, trouble }) => ({
        shard,
        reason: trouble ?? "it was ended before its turn",
      })),
      ...left.map(({ shard, reason }) => ({ shard, reason })),
    ],
    underway: withStatus("moving").map((move) => underwayShard(move, shards)),
    waiting,
  };
}

/** What it will begin with; null before it has a plan. */
function plannedOf({ plan }: MoveDocuments): OperationState | null {
  return plan === null ? null : { cancelledBy: null, ...plannedState(plan) };
}

function underwayShard({ shard, trouble }: MoveProgress, shards: readonly ShardDescription[]): UnderwayShard {
  const move = shards.find((each) => each.shard === shard)?.move;
  const phase = move?.phase ?? "moving";
  const reason = move?.trouble ?? trouble;
  return { shard, reason: reason === null ? phase : `${phase}: ${reason}`, isHeldUp: reason !== null };
}

function pausesOf(moved: readonly MoveProgress[]): Pauses | null {
  const slowest = moved
    .map(({ shard, pauseMs }) => ({ shard, pauseMs: pauseMs ?? 0 }))
    .toSorted((one, other) => other.pauseMs - one.pauseMs || one.shard - other.shard);
  if (slowest.length === 0) return null;
  const quantile = (share: number): number =>
    slowest[slowest.length - Math.max(1, Math.ceil(share * slowest.length))]?.pauseMs ?? 0;
  return {
    minMs: quantile(0),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
    slowest: slowest.slice(0, SLOWEST_SHOWN),
  };
}
