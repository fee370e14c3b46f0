import type { Data } from "../contract/data.ts";
import type { LanePlace, Placement } from "../ports/placement-store.ts";
import type { Operation, OperationStatus, OperationStore } from "../ports/operation-store.ts";
import { nextTogether, type MoveProgress, type MoveStatus, type OperationState } from "./move-progress.ts";
import type { Move, PlannedMove } from "./planned-move.ts";

/** The version of the documents within an operation. */
export const OPERATION_DOCUMENT_VERSION = 1;

/** How many clients may wait at once, and how long an operation tries. */
export interface OperationLimits {
  /** Shards of one move: all of them wait for the slowest. */
  readonly shardsTogetherMax: number;
  /** Moves at the same time. */
  readonly movesAtOnceMax: number;
  /** Times that a plan is made for what is left, the first one included. */
  readonly roundsMax: number;
}

/** Sound for lanes with hundreds of shards: few clients wait, and two lanes read while two others serve. */
export const defaultOperationLimits: OperationLimits = { shardsTogetherMax: 4, movesAtOnceMax: 2, roundsMax: 3 };

/** What an operation needs of its coordinator. */
export interface OperationRunDependencies {
  readonly store: OperationStore;
  readonly term: number;
  readonly limits: OperationLimits;
  readonly placement: () => Placement;
  /** Whether a lane serves, and may be given shards. */
  readonly takesShards: (place: LanePlace) => boolean;
  readonly beginMove: (move: Move, isResumed: boolean) => PlannedMove;
  /** The moves that the operation asks for, as things are now. */
  readonly plan: (operation: Operation) => readonly MoveProgress[];
}

/** Carries an operation out, move by move, so that another coordinator can go on with it at any moment. */
export class OperationRun {
  readonly #dependencies: OperationRunDependencies;
  readonly #active = new Set<PlannedMove>();
  #operation: Operation;
  #moves: MoveProgress[] = [];
  #cancelledBy: string | null = null;
  #status: OperationStatus = "running";
  #saving: Promise<void> = Promise.resolve();
  /** A save that has not begun, and takes along what changes until then. */
  #nextSave: Promise<void> | undefined;

  constructor(operation: Operation, dependencies: OperationRunDependencies) {
    this.#operation = operation;
    this.#dependencies = dependencies;
  }

  get operation(): Operation {
    return this.#operation;
  }

  /** Shards that are being moved: nobody else may give them away. */
  get shardsUnderway(): readonly number[] {
    return [...this.#active].flatMap(({ move }) => move.shards);
  }

  /**
   * Resolves when the operation is over.
   * @throws {TermOver} or what keeps it from being stored; another coordinator goes on then, or this one when it tries again.
   */
  async run(): Promise<void> {
    const state = this.#operation.state as OperationState | null;
    this.#moves = [...(state?.moves ?? this.#planned())];
    this.#cancelledBy ??= state?.cancelledBy ?? null;
    await this.#save();
    await this.#resume();
    for (let round = 1; ; round += 1) {
      await this.#round();
      const undone = this.#moves.some(({ status }) => status === "undone");
      if (!undone || this.#cancelledBy !== null || round >= this.#dependencies.limits.roundsMax) break;
      this.#planAgain();
    }
    this.#status = this.#endStatus();
    await this.#save();
  }

  /** Ends the operation after what cannot be undone. Resolves when that is stored. */
  async cancel(askedBy: string): Promise<void> {
    this.#cancelledBy ??= askedBy;
    await this.#save();
    for (const move of this.#active) move.cancel();
  }

  /** A node is gone, or cannot serve. */
  lost(node: string): void {
    for (const move of this.#active) move.lost(node);
  }

  /** Gives no more orders. */
  stop(): void {
    for (const move of this.#active) move.stop();
  }

  /** The plan that it was stored with, if it was planned when it was asked for. */
  #planned(): readonly MoveProgress[] {
    const plan = this.#operation.plan as { readonly moves: readonly MoveProgress[] } | null;
    return plan?.moves ?? this.#dependencies.plan(this.#operation);
  }

  /** What another coordinator had begun is ended first, on whichever side: clients may be waiting. */
  async #resume(): Promise<void> {
    const begun = this.#moves.filter(({ status }) => status === "moving");
    const groups: (readonly MoveProgress[])[] = [];
    for (let left = begun; left.length > 0; ) {
      const group = nextTogether(left, this.#dependencies.limits.shardsTogetherMax);
      groups.push(group);
      left = left.filter((move) => !group.includes(move));
    }
    await Promise.all(groups.map((group) => this.#move(group, true)));
  }

  async #round(): Promise<void> {
    const { movesAtOnceMax } = this.#dependencies.limits;
    await Promise.all(Array.from({ length: movesAtOnceMax }, () => this.#moveAll()));
  }

  async #moveAll(): Promise<void> {
    while (this.#cancelledBy === null) {
      this.#dropNeedless();
      const waiting = this.#moves.filter(({ status }) => status === "waiting");
      const group = nextTogether(waiting, this.#dependencies.limits.shardsTogetherMax);
      if (group.length === 0) return;
      await this.#move(group, false);
    }
  }

  /** Things have changed since the plan was made: somebody died, or came. */
  #dropNeedless(): void {
    const { placement, takesShards } = this.#dependencies;
    const { shards } = placement();
    this.#change(
      this.#moves.filter(({ status }) => status === "waiting"),
      ({ shard, from, to }) => {
        const place = shards[shard];
        if (isAt(place, to)) return { status: "moved", pauseMs: 0 };
        if (!isAt(place, from)) return { status: "skipped", trouble: "it is no longer where it was planned to leave" };
        return takesShards(to) ? {} : { status: "undone", trouble: `${to.node} takes no shards at present` };
      },
    );
  }

  async #move(group: readonly MoveProgress[], isResumed: boolean): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const shards = new Set(group.map(({ shard }) => shard));
    const mine = (): readonly MoveProgress[] => this.#moves.filter(({ shard }) => shards.has(shard));
    this.#change(mine(), () => ({ status: "moving" }));
    await this.#save();
    const { kind, askedBy } = this.#operation;
    const pinned = kind === "move" ? true : null;
    const { from, to, reason } = first;
    const move = this.#dependencies.beginMove({ shards: [...shards], from, to, pinned, reason, askedBy }, isResumed);
    this.#active.add(move);
    if (this.#cancelledBy !== null) move.cancel();
    const { owner, pauseMs, trouble } = await move.ended;
    this.#active.delete(move);
    // A move of another coordinator that was undone has not been tried by this one.
    const back: MoveStatus = isResumed && this.#cancelledBy === null ? "waiting" : "undone";
    this.#change(mine(), () =>
      owner === "target" ? { status: "moved", pauseMs, trouble: null } : { status: back, trouble: trouble ?? null },
    );
    await this.#save();
  }

  #planAgain(): void {
    const planned = this.#dependencies.plan(this.#operation);
    const again = new Set(planned.map(({ shard }) => shard));
    this.#moves = [...this.#moves.filter(({ shard }) => !again.has(shard)), ...planned];
  }

  #change(moves: readonly MoveProgress[], change: (move: MoveProgress) => Partial<MoveProgress>): void {
    const changed = new Set(moves);
    this.#moves = this.#moves.map((move) => (changed.has(move) ? { ...move, ...change(move) } : move));
  }

  #endStatus(): OperationStatus {
    if (this.#cancelledBy !== null) return "cancelled";
    const missed = this.#moves.filter(({ status }) => status !== "moved").length;
    if (missed === 0) return "done";
    return missed < this.#moves.length ? "partly" : "failed";
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
    const status = this.#status;
    const { store, term } = this.#dependencies;
    const { id, revision, request, plan, placementVersion } = this.#operation;
    const state: OperationState = { cancelledBy: this.#cancelledBy, moves: this.#moves };
    const progress = {
      documentVersion: OPERATION_DOCUMENT_VERSION,
      request,
      plan,
      placementVersion,
      status,
      state: state as unknown as Data,
      stepsDone: this.#count("moved") + this.#count("undone") + this.#count("skipped"),
      stepsTotal: this.#moves.length,
      result: status === "running" ? null : this.#result(),
    };
    this.#operation = await store.update(id, revision, progress, term);
  }

  #result(): Data {
    const pauses = this.#moves.map(({ pauseMs }) => pauseMs ?? 0);
    return {
      moved: this.#count("moved"),
      undone: this.#count("undone") + this.#count("waiting"),
      skipped: this.#count("skipped"),
      pauseMsMax: Math.max(0, ...pauses),
    };
  }

  #count(status: MoveStatus): number {
    return this.#moves.filter((move) => move.status === status).length;
  }
}

function isAt(place: LanePlace | undefined, { node, lane }: LanePlace): boolean {
  return place?.node === node && place.lane === lane;
}
