import type { RowChange } from "../contract/row-change.ts";

/** How far the read models have followed one shard. */
export interface ProjectedPosition {
  readonly shard: number;
  readonly seq: number;
}

/**
 * The read models are not where this projection left them: another one has moved them on, or an `apply` ended without
 * an answer. Nothing of the batch is applied; read the positions again and go on from there.
 */
export class ProjectionMoved extends Error {
  override readonly name = "ProjectionMoved";
}

/** Rows built from the journal for queries. Disposable: `clear` and a replay give the same rows. */
export interface ReadModels {
  positions(): Promise<readonly ProjectedPosition[]>;
  /**
   * Applies the changes and moves the positions in one transaction; a position that is not ahead of the stored
   * one changes nothing, so each segment counts exactly once.
   * @throws {ProjectionMoved}
   */
  apply(changes: readonly RowChange[], positions: readonly ProjectedPosition[]): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
