/** A coordinator's time in office. */
export interface Term {
  /** Higher than that of every coordinator before it. Stores take writes of the highest term only. */
  readonly number: number;
  /** Ends it, so that another node can coordinate at once. */
  resign(): Promise<void>;
}

/** Another node coordinates the cluster by now: whatever this one wanted to write was not written. */
export class TermOver extends Error {
  override readonly name = "TermOver";
}

/**
 * What is stored did not answer in time, and others may fare better: whoever coordinates lets them. Whether it was written is not
 * known.
 */
export class StoreOverdue extends Error {
  override readonly name = "StoreOverdue";
}

/** Whether a coordinator that meets this has to end its term. */
export function endsTerm(error: unknown): error is TermOver | StoreOverdue {
  return error instanceof TermOver || error instanceof StoreOverdue;
}

/**
 * Makes one node of the cluster its coordinator.
 *
 * Losing the lock is a matter of liveness: what keeps two coordinators apart is the number of the term, which is checked
 * in every write of theirs.
 */
export interface CoordinatorLock {
  /**
   * Becomes the coordinator; undefined while another one is. `lost` is called once, as soon as it is known that the lock is lost
   * without {@link Term.resign}: from then on others may coordinate.
   */
  take(node: string, lost: (reason: Error) => void): Promise<Term | undefined>;
  /** Ends the term that was taken, if any. */
  close(): Promise<void>;
}
