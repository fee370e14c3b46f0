import type { Data } from "../contract/data.ts";
import type { Operation, OperationStatus, OperationStore } from "../ports/operation-store.ts";
import type { LanePlace, Placement } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import type { HandOverRun } from "./hand-over-run.ts";
import type { LaneMove } from "./lane-move.ts";
import {
  nextTogether,
  plannedState,
  type MoveProgress,
  type MoveStatus,
  type OperationState,
  type PlannedMoves,
} from "./move-progress.ts";
import { OPERATION_DOCUMENT_VERSION, type MoveDocuments } from "./operation-documents.ts";
import { OperationMoves } from "./operation-moves.ts";
import type { MoveRequest } from "./operation-requests.ts";
import type { Plan, SkippedShard } from "./plan.ts";

/** How many clients may wait at once, and how long an operation tries. */
export interface OperationLimits {
  /** Shards of one hand-over: all of them wait for the slowest. */
  readonly shardsTogetherMax: number;
  /** Hand-overs at the same time; one of them at a time has clients wait. */
  readonly handOversAtOnceMax: number;
  /** Times that a plan is carried out, each for what is left of the one before. */
  readonly roundsMax: number;
}

/** Sound for lanes with hundreds of shards: few clients wait at a time, and a few hand-overs read ahead before that. */
export const defaultOperationLimits: OperationLimits = {
  shardsTogetherMax: 8,
  handOversAtOnceMax: 3,
  roundsMax: 3,
};

/** What an operation needs of its coordinator. */
export interface OperationRunDependencies {
  readonly store: OperationStore;
  readonly term: number;
  readonly limits: OperationLimits;
  readonly placement: () => Placement;
  /** Whether a lane serves, and takes shards. */
  readonly takesShards: (place: LanePlace) => boolean;
  readonly beginHandOver: (move: Omit<LaneMove, "number">, isResumed: boolean) => HandOverRun;
  /** What the operation asks for, as things are now. */
  readonly plan: (request: MoveRequest) => Plan;
  /** Pins shards that are still where they were. */
  readonly pin: (shards: readonly SkippedShard[], askedBy: string) => Promise<void>;
}

/** An operation that moves shards, as it is stored. */
export interface StoredMoves {
  readonly operation: Operation;
  readonly documents: MoveDocuments;
  readonly request: MoveRequest;
}

/** Carries an operation out, one hand-over after the other, so that another coordinator can go on with it at any moment. */
export class OperationRun {
  readonly #dependencies: OperationRunDependencies;
  readonly #active = new Set<HandOverRun>();
  readonly #documents: MoveDocuments;
  readonly #request: MoveRequest;
  readonly #moves = new OperationMoves();
  #operation: Operation;
  #cancelledBy: string | null = null;
  #status: OperationStatus = "running";
  #saving: Promise<void> = Promise.resolve();
  /** A save that has not begun, and takes along what changes until then. */
  #nextSave: Promise<void> | undefined;

  /** `stored` is what the operation says. */
  constructor({ operation, documents, request }: StoredMoves, dependencies: OperationRunDependencies) {
    this.#operation = operation;
    this.#documents = documents;
    this.#request = request;
    this.#dependencies = dependencies;
  }

  get operation(): Operation {
    return this.#operation;
  }

  /** The hand-overs that are under way: nobody else may give their shards away. */
  get active(): Iterable<HandOverRun> {
    return this.#active;
  }

  /**
   * Resolves when the operation is over.
   * @throws {TermOver} or what keeps it from being stored; whoever reads it anew goes on with it.
   */
  async run(): Promise<void> {
    const { state } = this.#documents;
    if (state === null) await this.#pinInPlace();
    this.#moves.begin(state ?? this.#planned());
    this.#cancelledBy ??= state?.cancelledBy ?? null;
    await this.#save();
    await this.#endBegun();
    for (let round = 1; ; round += 1) {
      await this.#round();
      const isDone = this.#moves.withStatus("undone").length === 0;
      if (isDone || this.#cancelledBy !== null || round >= this.#dependencies.limits.roundsMax) break;
      this.#moves.planAgain(plannedState(this.#dependencies.plan(this.#request)));
    }
    this.#status = this.#cancelledBy === null ? this.#moves.endStatus : "cancelled";
    await this.#save();
  }

  /** Ends the operation, but for what cannot be undone. Resolves when that is stored. */
  async cancel(askedBy: string): Promise<void> {
    this.#cancelledBy ??= askedBy;
    await this.#save();
    for (const handOver of this.#active) handOver.cancel();
  }

  /** A node is gone, or cannot serve. */
  lost(node: string): void {
    for (const handOver of this.#active) handOver.lost(node);
  }

  /** Nothing is sent from a node any more. */
  silent(node: string): void {
    for (const handOver of this.#active) handOver.silent(node);
  }

  /** Gives no more orders. */
  stop(): void {
    for (const handOver of this.#active) handOver.stop();
  }

  /** The plan that it was stored with, if it was planned when it was asked for. */
  #planned(): PlannedMoves {
    const { plan } = this.#documents;
    const fresh = (): Plan => this.#dependencies.plan(this.#request);
    if (plan === null) return plannedState(fresh());
    const planned = plannedState(plan);
    if (this.#operation.kind !== "drain") return planned;
    // What was carried out before it may have brought more shards to the node.
    const known = new Set([...plan.moves, ...plan.skipped].map(({ shard }) => shard));
    const late = plannedState(fresh());
    return {
      moves: [...planned.moves, ...late.moves.filter(({ shard }) => !known.has(shard))],
      left: [...planned.left, ...late.left.filter(({ shard }) => !known.has(shard))],
    };
  }

  /** Somebody wants shards where they are already: that holds as it does for those that have to move. */
  async #pinInPlace(): Promise<void> {
    const { askedBy } = this.#operation;
    const skipped = this.#documents.plan?.skipped ?? [];
    const inPlace = skipped.filter(({ reason }) => reason === "PINNED_IN_PLACE");
    if (inPlace.length > 0) await this.#dependencies.pin(inPlace, askedBy);
  }

  /** What another coordinator had begun ends first, on whichever side: clients may be waiting. */
  async #endBegun(): Promise<void> {
    const groups: (readonly MoveProgress[])[] = [];
    for (let begun = this.#moves.withStatus("moving"); begun.length > 0;) {
      const group = nextTogether(begun, this.#dependencies.limits.shardsTogetherMax);
      groups.push(group);
      begun = begun.filter((move) => !group.includes(move));
    }
    await Promise.all(groups.map((group) => this.#handOver(group, true)));
  }

  async #round(): Promise<void> {
    const { handOversAtOnceMax } = this.#dependencies.limits;
    await Promise.all(Array.from({ length: handOversAtOnceMax }, () => this.#handOverWaiting()));
  }

  async #handOverWaiting(): Promise<void> {
    while (this.#cancelledBy === null) {
      this.#dropNeedless();
      const group = nextTogether(
        this.#moves.withStatus("waiting"),
        this.#dependencies.limits.shardsTogetherMax,
      );
      if (group.length === 0) return;
      await this.#handOver(group, false);
    }
  }

  /** A node that is about to end gives everything away, pinned or not. */
  get #isLeave(): boolean {
    return this.#request.type === "LeaveNode";
  }

  /** Things may have changed since the plan was made: somebody has died, or come. */
  #dropNeedless(): void {
    const { placement, takesShards } = this.#dependencies;
    const { shards } = placement();
    this.#moves.change(this.#moves.withStatus("waiting"), ({ shard, from, to, reason }) => {
      const place = shards[shard];
      if (isSamePlace(place, to)) return { status: "moved", pauseMs: 0, trouble: null };
      if (!isSamePlace(place, from))
        return { status: "skipped", trouble: "it has left its place in the meantime" };
      if (place?.pinned === true && reason !== "asked" && !this.#isLeave)
        return { status: "skipped", trouble: "it has been pinned in the meantime" };
      return takesShards(to) ? {} : { status: "undone", trouble: `${to.node} takes no shards at present` };
    });
  }

  async #handOver(group: readonly MoveProgress[], isResumed: boolean): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const shards = group.map(({ shard }) => shard);
    this.#moves.change(group, () => ({ status: "moving" }));
    await this.#save();
    const { from, to, reason, pinned } = first;
    const { askedBy } = this.#operation;
    const move = { shards, from, to, reason, pinned, askedBy };
    const handOver = this.#dependencies.beginHandOver(move, isResumed);
    this.#active.add(handOver);
    if (this.#cancelledBy !== null) handOver.cancel();
    const { owner, pauseMs, phasesMs, trouble, unheard } = await handOver.ended;
    this.#active.delete(handOver);
    // What another coordinator had begun and was undone has not been tried by this one.
    const back: MoveStatus = isResumed && this.#cancelledBy === null ? "waiting" : "undone";
    this.#moves.change(this.#moves.of(shards), () =>
      owner === "target"
        ? { status: "moved", pauseMs, phasesMs, trouble: unheardText(unheard) }
        : { status: back, trouble: trouble ?? null },
    );
    await this.#save();
  }

  #save(): Promise<void> {
    this.#nextSave ??= this.#saving.then(async () => {
      this.#nextSave = undefined;
      await this.#store();
    });
    this.#saving = this.#nextSave;
    return this.#nextSave;
  }

  async #store(): Promise<void> {
    const { store, term } = this.#dependencies;
    const { id, revision, request, plan, placementVersion } = this.#operation;
    const status = this.#status;
    const state: OperationState = { cancelledBy: this.#cancelledBy, ...this.#moves.all };
    const { stepsDone, stepsTotal, result } = this.#moves;
    const progress = {
      documentVersion: OPERATION_DOCUMENT_VERSION,
      request,
      plan,
      placementVersion,
      status,
      state: state as unknown as Data,
      stepsDone,
      stepsTotal,
      result: status === "running" ? null : result,
    };
    this.#operation = await store.update(id, revision, progress, term);
  }
}

/** What is wrong with a move that has succeeded. */
function unheardText(nodes: readonly string[]): string | null {
  return nodes.length === 0 ? null : `it serves, and ${nodes.join(", ")} never said that it sends there`;
}
