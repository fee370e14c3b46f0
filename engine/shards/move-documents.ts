import type { LanePlace } from "../ports/placement-store.ts";
import type { DocumentField } from "./document-field.ts";
import type { MoveProgress, MoveStatus, OperationState, StoredPlan } from "./move-progress.ts";
import type { MoveReason, SkippedShard, SkipReason } from "./plan.ts";

const REASONS: Readonly<Record<MoveReason, true>> = { orphan: true, drain: true, balance: true, asked: true };

const STATUSES: Readonly<Record<MoveStatus, true>> = {
  waiting: true,
  moving: true,
  moved: true,
  undone: true,
  skipped: true,
};

const SKIPS: Readonly<Record<SkipReason, true>> = {
  PINNED: true,
  NO_CAPACITY: true,
  CORDONED: true,
  SAME_PLACE: true,
  PINNED_IN_PLACE: true,
  NO_SUCH_LANE: true,
  NO_SUCH_SHARD: true,
};

/** Reads the plan of an operation that moves shards. @throws {UnreadableDocument} */
export function storedPlanOf(plan: DocumentField): StoredPlan {
  const moves = plan.field("moves").list();
  return {
    moves: moves.map((move) => ({ ...moveOf(move), from: move.field("from").orNull(placeOf) ?? undefined })),
    skipped: plan.field("skipped").list().map(skippedOf),
  };
}

/** Reads how far an operation that moves shards is. @throws {UnreadableDocument} */
export function operationStateOf(state: DocumentField): OperationState {
  return {
    cancelledBy: state.field("cancelledBy").orNull((name) => name.text()),
    moves: state.field("moves").list().map(progressOf),
    left: state.field("left").list().map(skippedOf),
  };
}

function progressOf(move: DocumentField): MoveProgress {
  const phasesMs = move
    .field("phasesMs")
    .orNull((phases) => Object.fromEntries(phases.fields().map(([name, ms]) => [name, ms.number()])));
  return {
    ...moveOf(move),
    from: placeOf(move.field("from")),
    status: move.field("status").word(STATUSES),
    pauseMs: move.field("pauseMs").orNull((pause) => pause.number()),
    ...(phasesMs === null ? {} : { phasesMs }),
    trouble: move.field("trouble").orNull((trouble) => trouble.text()),
  };
}

function moveOf(move: DocumentField): Pick<MoveProgress, "shard" | "to" | "reason" | "pinned"> {
  return {
    shard: move.field("shard").count(),
    to: placeOf(move.field("to")),
    reason: move.field("reason").word(REASONS),
    pinned: move.field("pinned").flag(),
  };
}

function skippedOf(skipped: DocumentField): SkippedShard {
  return {
    shard: skipped.field("shard").count(),
    at: skipped.field("at").orNull(placeOf) ?? undefined,
    reason: skipped.field("reason").word(SKIPS),
  };
}

function placeOf(place: DocumentField): LanePlace {
  return { node: place.field("node").text(), lane: place.field("lane").count() };
}
