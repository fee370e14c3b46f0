import type { Clock } from "../ports/clock.ts";
import { endsTerm } from "../ports/coordinator-lock.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { LanePlace } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import {
  advanceHandOver,
  beginHandOver,
  isOver,
  resumeHandOver,
  type HandOver,
  type HandOverEnd,
  type HandOverInput,
  type HandOverLimits,
  type HandOverOrder,
  type HandOverPhase,
  type HandOverStep,
} from "./hand-over.ts";
import type { HandOverEnding } from "./hand-over-ending.ts";
import { isAtAnEnd, placeChanges, type LaneMove } from "./lane-move.ts";
import { MoveOrders } from "./move-orders.ts";
import { OrderFailed, type NodeOrders } from "./node-orders.ts";
import { PhaseTimes } from "./phase-times.ts";
import type { PauseTurns } from "./pause-turns.ts";
import type { MakeChanges, PlacementDesk } from "./placement-desk.ts";
import type { PlacementNews } from "./placement-news.ts";
import { silentRouters } from "./silent-routers.ts";

/** Bounds of planned moves. */
export interface HandOverRunLimits extends HandOverLimits {
  /** How often what has no answer is asked again, milliseconds. */
  readonly repeatMs: number;
  /** How long a node may take to answer an order before it counts as lost on its way, milliseconds. */
  readonly answerMs: number;
  /**
   * How long after its deadline a move that is as good as over still asks routers to send on; longer than their holds last by
   * themselves, milliseconds.
   */
  readonly releaseMs: number;
}

/** What a move needs of its coordinator. */
export interface HandOverRunDependencies {
  readonly desk: PlacementDesk;
  readonly orders: NodeOrders;
  readonly clock: Clock;
  readonly limits: HandOverRunLimits;
  readonly turns: PauseTurns;
  /** The coordinator has a successor: whatever it still orders is refused. */
  readonly termOver: (reason: Error) => void;
}

/**
 * Carries one planned move out: gives the orders of the state machine to nodes and to the placement, and their reports
 * back to it, until the move is over one way or the other.
 */
export class HandOverRun {
  readonly move: LaneMove;
  readonly #dependencies: HandOverRunDependencies;
  readonly #orders: MoveOrders;
  readonly #times: PhaseTimes;
  readonly #underway = new Set<string>();
  readonly #end = Promise.withResolvers<HandOverEnding>();
  /** Pinned shards, before the move. */
  readonly #pinned: ReadonlySet<number>;
  #handOver: HandOver;
  #news: PlacementNews | undefined;
  #pauseMs = 0;
  #trouble: string | undefined;
  #unheard: readonly string[] = [];
  #cancelTick: () => void = () => undefined;
  #isStopped = false;

  /** `routers` are the nodes that send to the shards. `isResumed`: somebody else has begun it, and may not have ended it. */
  constructor(
    move: LaneMove,
    routers: readonly string[],
    isResumed: boolean,
    dependencies: HandOverRunDependencies,
  ) {
    this.move = move;
    const clock = new ForwardClock(dependencies.clock);
    this.#dependencies = { ...dependencies, clock };
    const { limits, desk } = dependencies;
    this.#orders = new MoveOrders(move, dependencies);
    this.#times = new PhaseTimes(clock.nowMs());
    this.#pinned = new Set(move.shards.filter((shard) => desk.placement.shards[shard]?.pinned === true));
    const placedAt = this.#isPlacedAt(move.to) ? "target" : "source";
    const step = isResumed
      ? resumeHandOver(routers, placedAt, clock.nowMs(), limits)
      : beginHandOver(routers, clock.nowMs(), limits);
    this.#handOver = step.handOver;
    this.#carryOut(step);
    this.#plan();
  }

  get phase(): HandOverPhase {
    return this.#handOver.phase;
  }

  /** What went wrong last. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Resolves when the move is over; never when the coordinator's term ends before. */
  get ended(): Promise<HandOverEnding> {
    return this.#end.promise;
  }

  /** Goes back, if there is a way back. */
  cancel(): void {
    this.#take({ type: "Cancel" });
  }

  /** A node is gone, or cannot serve. */
  lost(node: string): void {
    const { from, to } = this.move;
    if (to.node === node) this.#trouble = `${node} does not serve any more`;
    if (from.node === node) this.#take({ type: "Lost", end: "source" });
    if (to.node === node) this.#take({ type: "Lost", end: "target" });
  }

  /** Nothing is sent from a node any more. */
  silent(node: string): void {
    this.#take({ type: "RouterLost", router: node });
  }

  /** Gives no more orders: the coordinator's term is over. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTick();
    this.#dependencies.turns.end(this);
  }

  #plan(): void {
    if (this.#isStopped || isOver(this.#handOver)) return;
    const { clock, limits } = this.#dependencies;
    const dueMs = Math.max(0, this.#handOver.deadlineAtMs - clock.nowMs());
    const afterMs = dueMs === 0 ? limits.repeatMs : Math.min(limits.repeatMs, dueMs);
    this.#cancelTick();
    this.#cancelTick = clock.after(afterMs, () => this.#tick());
  }

  #tick(): void {
    const { clock, limits } = this.#dependencies;
    this.#unheard = silentRouters(this.#handOver, clock.nowMs(), limits.releaseMs);
    for (const router of this.#unheard) this.#take({ type: "RouterLost", router });
    this.#take({ type: "Tick" });
  }

  #take(input: HandOverInput): void {
    if (this.#isStopped || isOver(this.#handOver)) return;
    const { clock, limits } = this.#dependencies;
    const before = this.#handOver;
    const step = advanceHandOver(before, input, clock.nowMs(), limits);
    if (input.type === "Tick" && step.handOver.phase !== before.phase)
      this.#trouble ??= `${before.phase} took longer than allowed`;
    this.#handOver = step.handOver;
    if (step.handOver.phase !== before.phase) this.#times.left(before.phase, clock.nowMs());
    if (before.phase !== "releasing" && step.handOver.phase === "releasing") this.#tellEverybody();
    this.#carryOut(step);
    if (!isOver(step.handOver)) return this.#plan();
    this.#cancelTick();
    this.#dependencies.turns.end(this);
    this.#end.resolve({
      owner: step.handOver.owner,
      pauseMs: this.#pauseMs,
      phasesMs: this.#times.phasesMs,
      trouble: step.handOver.owner === "target" ? undefined : this.#trouble,
      unheard: this.#unheard,
    });
  }

  /** What the move has written becomes known, also to those who have no part in it. */
  #tellEverybody(): void {
    const { desk, turns } = this.#dependencies;
    this.#news = desk.news;
    desk.announce();
    turns.end(this);
  }

  #carryOut({ orders }: HandOverStep): void {
    for (const order of orders) void this.#once(order);
  }

  /** Gives an order unless it has been given and may still be answered. */
  async #once(order: HandOverOrder): Promise<void> {
    const name = JSON.stringify(order);
    if (this.#underway.has(name)) return;
    this.#underway.add(name);
    try {
      const input = await this.#give(order);
      if (input !== undefined) this.#take(input);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#underway.delete(name);
    }
  }

  #failed(error: unknown): void {
    this.#trouble = error instanceof Error ? error.message : String(error);
    if (endsTerm(error) || (error instanceof OrderFailed && error.isTermOver))
      this.#dependencies.termOver(error);
  }

  /** Returns what there is to report. */
  async #give(order: HandOverOrder): Promise<HandOverInput | undefined> {
    const { desk, clock } = this.#dependencies;
    const { from, to } = this.move;
    switch (order.type) {
      case "Prepare":
        return this.#prepare();
      case "Buffer":
        await this.#orders.buffer(order.router);
        return { type: "Buffering", router: order.router };
      case "Finish":
        await this.#orders.finish();
        return { type: "Finished" };
      case "Place":
        return this.#place(order.at);
      case "Adopt": {
        if (!this.#isPlacedAt(to)) return this.#overtaken();
        const servedForMs = await this.#orders.adopt(to);
        this.#pauseMs = Math.max(this.#pauseMs, this.#times.pausedForMs(clock.nowMs() - servedForMs));
        return { type: "Adopted" };
      }
      case "Return":
        if (!this.#isPlacedAt(from)) return this.#overtaken();
        await this.#orders.adopt(from);
        return { type: "Returned" };
      case "Forget":
        await this.#orders.forget();
        return undefined;
      case "Release": {
        const heldMs = await this.#orders.release(order.router, this.#news ?? desk.news);
        this.#pauseMs = Math.max(this.#pauseMs, heldMs);
        return { type: "Released", router: order.router };
      }
    }
  }

  /** Reads ahead, and once more when nothing but this move is left to wait for, so that little has come since. */
  async #prepare(): Promise<HandOverInput | undefined> {
    const { turns } = this.#dependencies;
    try {
      await turns.read(this);
      await this.#orders.readAhead((late) => {
        this.#failed(late);
        return !this.#isStopped && this.#handOver.phase === "preparing";
      });
      turns.end(this);
      // One that is over has nobody who would end another turn of it: every later move would wait for that.
      if (this.#isStopped || isOver(this.#handOver)) return undefined;
      await turns.pause(this);
      if (this.#handOver.phase === "preparing") await this.#orders.prepare();
    } catch (error) {
      turns.end(this);
      throw error;
    }
    return { type: "Prepared" };
  }

  async #place(at: HandOverEnd): Promise<HandOverInput | undefined> {
    const { desk } = this.#dependencies;
    if (at === "source") await this.#withdraw();
    if (this.#handOver.phase !== (at === "target" ? "placing" : "placingBack")) return undefined;
    const reason = at === "target" ? this.move.reason : "undone";
    let isWhole = true;
    const make: MakeChanges = (placement) => {
      isWhole = this.move.shards.every((shard) => isAtAnEnd(this.move, placement.shards[shard]));
      // What is taken from others would be theirs no longer; what can be given back is.
      return isWhole || at === "source" ? placeChanges(this.move, at, placement, this.#pinned) : [];
    };
    await desk.change(make, { reason, askedBy: this.move.askedBy });
    return isWhole || at === "source" ? { type: "Placed", at } : this.#overtaken();
  }

  /** A target that lets go by itself loses nothing else; one that is fenced throws all its memory away. */
  async #withdraw(): Promise<void> {
    if (this.#handOver.lost.includes("target")) return;
    // Nobody waits until one that has only read ahead has forgotten it.
    if (!this.#isPlacedAt(this.move.to)) return void this.#once({ type: "Forget" });
    await this.#orders.withdraw().catch((error: unknown) => this.#failed(error));
  }

  /** Whether the placement gives all the shards to that end. */
  #isPlacedAt(end: LanePlace): boolean {
    const { placement } = this.#dependencies.desk;
    return this.move.shards.every((shard) => isSamePlace(placement.shards[shard], end));
  }

  /** Meanwhile a fail-over has given its shards to others: neither end has anything to do with them. */
  #overtaken(): undefined {
    this.#trouble = "the shards have been given to other lanes in the meantime";
    this.#take({ type: "Lost", end: "target" });
    this.#take({ type: "Lost", end: "source" });
  }
}
