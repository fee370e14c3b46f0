import type { Data } from "../contract/data.ts";
import type { Clock } from "../ports/clock.ts";
import { endsTerm } from "../ports/coordinator-lock.ts";
import type { Log, LogFields } from "../ports/log.ts";
import type { NewOperation, Operation, OperationProgress } from "../ports/operation-store.ts";
import { isOperationOver } from "../ports/operation-store.ts";
import { UnreadableDocument } from "./document-field.ts";
import type { HandOverRun } from "./hand-over-run.ts";
import {
  documentsOf,
  isCarriedOut,
  isKnownVersion,
  isRecord,
  type OperationDocuments,
} from "./operation-documents.ts";
import type { OperationState } from "./move-progress.ts";
import { moveRequestOf } from "./operation-requests.ts";
import { OperationRun, type OperationRunDependencies, type StoredMoves } from "./operation-run.ts";

/** What the queue needs of its coordinator. */
export interface OperationQueueDependencies extends OperationRunDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** How long to wait before an operation that cannot be stored is tried again, milliseconds. */
  readonly retryMs: number;
  /** Does what was written down to be done at once, and not done to its end. */
  readonly endRecords: () => Promise<void>;
  readonly termOver: (reason: Error) => void;
}

/** Carries the cluster's operations out, one after the other, in the order in which they were asked for. */
export class OperationQueue {
  readonly #dependencies: OperationQueueDependencies;
  /** Operations that this release cannot read, and that have been told of. */
  readonly #left = new Set<string>();
  #current: OperationRun | undefined;
  #working: Promise<void> | undefined;
  #isAsked = false;
  #isStopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(dependencies: OperationQueueDependencies) {
    this.#dependencies = dependencies;
  }

  /** The hand-overs that are under way. */
  get active(): readonly HandOverRun[] {
    return [...(this.#current?.active ?? [])];
  }

  /** Whether an operation is being carried out. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** Goes on with what is stored and not over. */
  wake(): void {
    this.#isAsked = true;
    if (this.#working !== undefined || this.#isStopped) return;
    this.#cancelRetry();
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      if (this.#isAsked) this.wake();
    });
  }

  /**
   * Stores an operation, with its plan if there is one, and carries it out when its turn comes.
   * @throws {TermOver} or what keeps it from being stored.
   */
  async add(
    operation: NewOperation,
    plan: Pick<OperationProgress, "plan" | "placementVersion">,
  ): Promise<Operation> {
    const { store, term } = this.#dependencies;
    try {
      return await store.add(operation, term, plan);
    } finally {
      // It may be stored also when its reply was lost.
      this.wake();
    }
  }

  /**
   * Ends an operation after what cannot be undone; one whose turn has not come never begins. Returns false when there is none of
   * this id that is not over.
   */
  async cancel(id: string, askedBy: string): Promise<boolean> {
    if (this.#current?.operation.id === id) {
      await this.#current.cancel(askedBy);
      return true;
    }
    const { store, term } = this.#dependencies;
    const operation = await store.find(id);
    if (operation === undefined || isOperationOver(operation.status)) return false;
    if (!isKnownVersion(operation)) return false;
    // It is done already; only its end is not written down.
    if (operation.kind === "failover" || isRecord(operation)) return false;
    await store.update(id, operation.revision, this.#cancelled(operation, askedBy), term);
    this.wake();
    return true;
  }

  /**
   * One that another coordinator has begun goes on from its state, and back from there; one whose turn has not come is over. So is
   * one that nobody can read, of which nothing more is written down.
   */
  #cancelled(operation: Operation, askedBy: string): OperationProgress {
    const moves = this.#movesOf(operation);
    if (moves === undefined) return { ...operation, status: "cancelled" };
    const { state } = moves.documents;
    const cancelled: OperationState = { moves: [], left: [], ...state, cancelledBy: askedBy };
    const status = state === null ? "cancelled" : operation.status;
    return { ...operation, status, state: cancelled as unknown as Data };
  }

  /** A node is gone, or cannot serve. */
  lost(node: string): void {
    this.#current?.lost(node);
  }

  /** Nothing is sent from a node any more. */
  silent(node: string): void {
    this.#current?.silent(node);
  }

  /** Gives no more orders. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#current?.stop();
  }

  async #work(): Promise<void> {
    const { clock, log, retryMs, store, endRecords, termOver } = this.#dependencies;
    try {
      while (this.#isAsked && !this.#isStopped) {
        this.#isAsked = false;
        const open = await store.open();
        // What was begun at once and not done to its end: whoever did it was interrupted.
        if (open.some((operation) => isRecord(operation) && isKnownVersion(operation))) await endRecords();
        const next = this.#next(open);
        if (next === undefined || this.#isStopped) continue;
        this.#isAsked = true;
        await this.#run(next);
      }
    } catch (error) {
      this.#current?.stop();
      this.#current = undefined;
      // Whatever is asked for until then waits for the next try, too: one at once would fail again.
      this.#isAsked = false;
      if (this.#isStopped) return;
      if (endsTerm(error)) return termOver(error);
      log.warn({ err: error }, "an operation of the cluster cannot be carried on at the moment");
      this.#cancelRetry = clock.after(retryMs, () => this.wake());
    }
  }

  /** The first one that this release can read. Others wait for a coordinator that can, or until somebody cancels them. */
  #next(open: readonly Operation[]): StoredMoves | undefined {
    for (const operation of open) {
      const moves = this.#movesOf(operation);
      if (moves !== undefined) return moves;
    }
    return undefined;
  }

  /** All that is needed to carry an operation out; undefined when it moves nothing, or this release cannot read all of it. */
  #movesOf(operation: Operation): StoredMoves | undefined {
    if (isKnownVersion(operation) && !isCarriedOut(operation)) return undefined;
    const documents = this.#documentsOf(operation);
    if (documents === undefined || !("state" in documents)) return undefined;
    const request = this.#read(operation, moveRequestOf);
    return request && { operation, documents, request };
  }

  /** What an operation says; undefined when this release cannot read it, which is told once. */
  #documentsOf(operation: Operation): OperationDocuments | undefined {
    if (isKnownVersion(operation)) return this.#read(operation, documentsOf);
    this.#leave(
      operation,
      { documentVersion: operation.documentVersion },
      "an operation was written by another release, and waits until a node of that release coordinates",
    );
    return undefined;
  }

  #read<Read>(operation: Operation, read: (operation: Operation) => Read): Read | undefined {
    try {
      return read(operation);
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      this.#leave(operation, { err: error }, "an operation cannot be read, and waits until it is cancelled");
      return undefined;
    }
  }

  #leave({ id, kind }: Operation, facts: LogFields, why: string): void {
    if (this.#left.has(id)) return;
    this.#left.add(id);
    this.#dependencies.log.warn({ operation: id, kind, ...facts }, why);
  }

  async #run(stored: StoredMoves): Promise<void> {
    const { log } = this.#dependencies;
    this.#current = new OperationRun(stored, this.#dependencies);
    await this.#current.run();
    const { id, kind, status } = this.#current.operation;
    this.#current = undefined;
    log.info({ operation: id, kind, status }, "an operation of the cluster is over");
  }
}
