import type { Data } from "../contract/data.ts";
import type { OperationStatus } from "../ports/operation-store.ts";
import type { MoveProgress, MoveStatus, PlannedMoves } from "./move-progress.ts";
import type { SkippedShard } from "./plan.ts";

/** How far the moves of one operation are. */
export class OperationMoves {
  #moves: readonly MoveProgress[] = [];
  #left: readonly SkippedShard[] = [];

  /** Begins with these. */
  begin({ moves, left }: PlannedMoves): void {
    this.#moves = moves;
    this.#left = left;
  }

  /** Takes those of another plan in the place of earlier ones of the same shards. */
  planAgain({ moves, left }: PlannedMoves): void {
    const again = new Set(moves.map(({ shard }) => shard));
    this.#moves = [...this.#moves.filter(({ shard }) => !again.has(shard)), ...moves];
    // What was tried tells itself why it stays.
    const tried = new Set(this.#moves.map(({ shard }) => shard));
    this.#left = left.filter(({ shard }) => !tried.has(shard));
  }

  /** As they are stored. */
  get all(): PlannedMoves {
    return { moves: this.#moves, left: this.#left };
  }

  withStatus(status: MoveStatus): readonly MoveProgress[] {
    return this.#moves.filter((move) => move.status === status);
  }

  of(shards: readonly number[]): readonly MoveProgress[] {
    return this.#moves.filter(({ shard }) => shards.includes(shard));
  }

  change(moves: readonly MoveProgress[], change: (move: MoveProgress) => Partial<MoveProgress>): void {
    this.#moves = this.#moves.map((move) => (moves.includes(move) ? { ...move, ...change(move) } : move));
  }

  /** Those that have come to an end, one way or the other. */
  get stepsDone(): number {
    return this.#moves.length - this.withStatus("waiting").length - this.withStatus("moving").length;
  }

  /** What stays is counted, too: whoever asked wanted it to move. */
  get stepsTotal(): number {
    return this.#moves.length + this.#left.length;
  }

  /** How an operation ends that has come to its end with them. */
  get endStatus(): OperationStatus {
    const moved = this.withStatus("moved");
    const isUnheard = moved.some(({ trouble }) => trouble !== null);
    if (moved.length === this.stepsTotal && !isUnheard) return "done";
    return moved.length > 0 ? "partly" : "failed";
  }

  /** What came of them, as it is stored. */
  get result(): Data {
    const moved = this.withStatus("moved").length;
    const pausesMs = this.#moves.map(({ pauseMs }) => pauseMs ?? 0);
    return { moved, stayed: this.stepsTotal - moved, pauseMsMax: Math.max(0, ...pausesMs) };
  }
}
