import type { Data } from "../contract/data.ts";

/** What a coordinator carries out step by step… */
export type CarriedOutKind = "move" | "drain" | "rebalance";

/** …and what it has done at once: kept so that it can be told who wanted what. A suspension lasts until it is over. */
export type OperationKind =
  CarriedOutKind | "failover" | "pin" | "unpin" | "cordon" | "undrain" | "suspend" | "resume";

/** How far it is. `partly`: over, and not everything that was asked for could be done. */
export type OperationStatus = "waiting" | "running" | "done" | "partly" | "failed" | "cancelled";

/** What an operation begins with. */
export interface NewOperation {
  /** UUID, made by whoever asks: asking twice makes one operation. */
  readonly id: string;
  readonly kind: OperationKind;
  /** An operator's name, or the coordinator itself. */
  readonly askedBy: string;
  /** The version of the documents `request`, `plan`, `state` and `result`. Whoever writes an operation writes them all in one version. */
  readonly documentVersion: number;
  readonly request: Data;
}

/** What changes while it is carried out. */
export interface OperationProgress {
  readonly documentVersion: number;
  readonly request: Data;
  readonly status: OperationStatus;
  /** The plan, and the version of the placement it was made for; null before there is one. */
  readonly plan: Data;
  readonly placementVersion: number | null;
  /** Where it is: all that the next coordinator needs to go on. */
  readonly state: Data;
  /** Steps that are over, of all. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** What came of it; null until it is over. */
  readonly result: Data;
}

/** How an operation begins that does not simply wait to be planned. */
export type OperationBeginning = Partial<Pick<OperationProgress, "status" | "plan" | "placementVersion">>;

/** Something that a coordinator does, or has done. */
export interface Operation extends NewOperation, OperationProgress {
  /** Grows with each update; from 1. */
  readonly revision: number;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Null until it is over. */
  readonly endedAtMs: number | null;
}

/** Somebody else has updated the operation since it was read, or there is no such operation. Nothing was changed. */
export class OperationChanged extends Error {
  override readonly name = "OperationChanged";
}

/** Whether an operation of this status is over. */
export function isOperationOver(status: OperationStatus): boolean {
  return status !== "waiting" && status !== "running";
}

/** Operations of the cluster, durably, so that the next coordinator goes on with them. */
export interface OperationStore {
  /**
   * Adds an operation that waits to be carried out, or begins otherwise. One with this id that is there already is returned as it is.
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  add(operation: NewOperation, term: number, beginning?: OperationBeginning): Promise<Operation>;
  /**
   * Changes an operation, if it still has this revision. Returns it as it is then.
   * @throws {OperationChanged}
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  update(id: string, revision: number, progress: OperationProgress, term: number): Promise<Operation>;
  find(id: string): Promise<Operation | undefined>;
  /** Those that are not over, in the order in which they were added. */
  open(): Promise<readonly Operation[]>;
  /** At most `countMax`, the newest first. Whoever watches asks again, and compares revisions. */
  newest(countMax: number): Promise<readonly Operation[]>;
  /**
   * Deletes operations that were over `keptMs` ago or earlier, at most `countMax`, the oldest first. Returns how many.
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  forget(keptMs: number, countMax: number, term: number): Promise<number>;
  close(): Promise<void>;
}
