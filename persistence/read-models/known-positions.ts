import { ProjectionMoved } from "../../engine/ports/read-models.ts";
import type { ProjectedPosition } from "../../engine/ports/read-models.ts";

/** One shard's step from the position that its projection has read or reached. */
export interface PositionStep {
  readonly shard: number;
  readonly oldSeq: number;
  readonly newSeq: number;
}

/**
 * The positions that a projection believes in. Changes are computed from what follows these, so they may only be
 * applied while the stored positions are the same: otherwise a segment would count twice or not at all.
 */
export class KnownPositions {
  #seqs: Map<number, number> | undefined;

  /** Takes over what was read from the store. */
  learn(positions: readonly ProjectedPosition[]): void {
    this.#seqs = new Map(positions.map(({ shard, seq }) => [shard, seq]));
  }

  /** Forgets all, since nobody knows whether the last step was taken. */
  forget(): void {
    this.#seqs = undefined;
  }

  /** The steps to the given positions. @throws {ProjectionMoved} */
  stepsTo(positions: readonly ProjectedPosition[]): readonly PositionStep[] {
    const seqs = this.#seqs;
    if (seqs === undefined) throw new ProjectionMoved("the positions have to be read first");
    return positions.map(({ shard, seq }) => {
      const oldSeq = seqs.get(shard) ?? 0;
      if (seq <= oldSeq)
        throw new ProjectionMoved(
          `segment ${seq} of shard ${shard} has been projected already (to ${oldSeq})`,
        );
      return { shard, oldSeq, newSeq: seq };
    });
  }

  /** Notes that the steps have been taken. */
  advance(steps: readonly PositionStep[]): void {
    for (const { shard, newSeq } of steps) this.#seqs?.set(shard, newSeq);
  }
}
