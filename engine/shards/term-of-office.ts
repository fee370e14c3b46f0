import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import { endsTerm } from "../ports/coordinator-lock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Log } from "../ports/log.ts";
import type { OperationStore } from "../ports/operation-store.ts";
import type { PlacementStore } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import type { ClusterCounters } from "./cluster-counters.ts";
import type { ClusterMembers } from "./cluster-members.ts";
import { encodeMessage } from "./cluster-message.ts";
import { FailOverRecords } from "./fail-over-records.ts";
import { FailOver } from "./fail-over.ts";
import { HandOverRun, type HandOverRunLimits } from "./hand-over-run.ts";
import type { LaneMove } from "./lane-move.ts";
import { NodeOrders } from "./node-orders.ts";
import { OperationQueue } from "./operation-queue.ts";
import type { MoveRequest } from "./operation-requests.ts";
import type { OperationLimits } from "./operation-run.ts";
import { PauseTurns } from "./pause-turns.ts";
import { PlacementDesk, type MakeChanges } from "./placement-desk.ts";
import { takesShards, type Plan, type SkippedShard } from "./plan.ts";

// Numbers of moves stay exact for billions of terms.
const MOVES_PER_TERM = 2 ** 20;

/** Bounds of what a coordinator does. */
export interface TermOfOfficeLimits extends HandOverRunLimits, OperationLimits {
  /** How often shards that nobody serves are looked for without a reason, and what failed is tried again, milliseconds. */
  readonly retryMs: number;
}

/** What a coordinator needs for one term. */
export interface TermOfOfficeDependencies {
  /** The node that coordinates. */
  readonly node: string;
  readonly term: number;
  readonly placements: PlacementStore;
  readonly operations: OperationStore;
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly limits: TermOfOfficeLimits;
  readonly members: ClusterMembers;
  readonly counters: ClusterCounters;
  /** What an operation asks for, as things are now. */
  readonly plan: (request: MoveRequest) => Plan;
  /** Does what was written down to be done at once, and not done to its end. */
  readonly endRecords: () => Promise<void>;
  /** Another coordinator has followed. */
  readonly over: (reason: Error) => void;
}

/** What a coordinator does while it is one: fail-over, and operations. */
export class TermOfOffice {
  readonly desk: PlacementDesk;
  readonly operations: OperationQueue;
  readonly #dependencies: TermOfOfficeDependencies;
  readonly #orders: NodeOrders;
  readonly #failOver: FailOver;
  readonly #records: FailOverRecords;
  readonly #turns = new PauseTurns();
  /** The nodes that serve, and those that send, when they were looked at last. */
  #serving: ReadonlySet<string> = new Set();
  #sending: ReadonlySet<string> = new Set();
  #moves = 0;
  #isOpen = false;
  #isStopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(dependencies: TermOfOfficeDependencies) {
    this.#dependencies = dependencies;
    const { term, placements, operations, bus, topics, clock, log, limits, members } = dependencies;
    this.desk = new PlacementDesk({
      store: placements,
      term,
      announce: (news) => void bus.publish(topics.placement, encodeMessage(news)),
    });
    this.#orders = new NodeOrders(bus, topics, term);
    this.operations = new OperationQueue({
      store: operations,
      term,
      limits,
      clock,
      log,
      retryMs: limits.retryMs,
      placement: () => this.desk.placement,
      takesShards: (place) => takesShards(members.lanes, place),
      beginHandOver: (move, isResumed) => this.#beginHandOver(move, isResumed),
      plan: dependencies.plan,
      endRecords: dependencies.endRecords,
      pin: (shards, askedBy) => this.#pin(shards, askedBy),
      termOver: (reason) => this.#over(reason),
    });
    this.#records = new FailOverRecords({
      ...dependencies,
      store: operations,
      placement: () => this.desk.placement,
      termOver: (reason) => this.#over(reason),
    });
    this.#failOver = new FailOver({
      desk: this.desk,
      clock,
      log,
      basis: (placement) => members.basis(placement),
      taken: (moves, version) => this.#records.begun(moves, version),
      underway: () => new Set(this.operations.active.flatMap(({ move }) => move.shards)),
    });
  }

  /**
   * Takes over from the coordinator before: tells everybody the placement, and goes on with its operations.
   * @throws when what is stored cannot be read.
   */
  async open(): Promise<void> {
    await this.desk.open();
    await this.#dependencies.members.expect(this.desk.placement);
    this.desk.announce();
    await this.#records.open();
    this.#isOpen = true;
    this.look();
    this.operations.wake();
  }

  /** Somebody may have come or gone: sees to the shards that nobody serves. */
  look(): void {
    if (!this.#isOpen || this.#isStopped) return;
    const { clock, limits } = this.#dependencies;
    this.#cancelRetry();
    this.#cancelRetry = clock.after(limits.retryMs, () => this.look());
    this.#tellLosses();
    this.#failOver.run().then(
      (shards) => {
        if (shards.length > 0) this.look();
      },
      (error: unknown) => this.#failed(error),
    );
  }

  /** Gives no more orders. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#records.stop();
    this.operations.stop();
  }

  #tellLosses(): void {
    const { lanes, senders } = this.#dependencies.members;
    const [serving, sending] = [this.#serving, this.#sending];
    this.#serving = new Set(lanes.map(({ node }) => node));
    this.#sending = new Set(senders);
    for (const node of serving.difference(this.#serving)) this.operations.lost(node);
    for (const node of sending.difference(this.#sending)) this.operations.silent(node);
  }

  #beginHandOver(move: Omit<LaneMove, "number">, isResumed: boolean): HandOverRun {
    const { term, clock, limits, members } = this.#dependencies;
    this.#moves += 1;
    const number = term * MOVES_PER_TERM + this.#moves;
    const run = new HandOverRun({ ...move, number }, members.senders, isResumed, {
      desk: this.desk,
      orders: this.#orders,
      clock,
      limits,
      turns: this.#turns,
      termOver: (reason) => this.#over(reason),
    });
    void run.ended.then(({ owner, pauseMs }) => {
      const { counters } = this.#dependencies;
      if (owner === "source") return void (counters.undoneShards += move.shards.length);
      counters.movedShards += move.shards.length;
      counters.pauseMs.record(pauseMs);
    });
    // Those that died before are not reported again.
    for (const { node } of [move.from, move.to]) if (!this.#serving.has(node)) run.lost(node);
    return run;
  }

  async #pin(skipped: readonly SkippedShard[], askedBy: string): Promise<void> {
    const make: MakeChanges = ({ shards }) =>
      skipped.flatMap(({ shard, at }) => {
        const place = shards[shard];
        return place === undefined || !isSamePlace(place, at) ? [] : { shard, ...place, pinned: true };
      });
    await this.desk.change(make, { reason: "pin", askedBy });
    this.desk.announce();
  }

  #failed(error: unknown): void {
    if (this.#isStopped) return;
    if (endsTerm(error)) return this.#over(error);
    this.#dependencies.log.warn(
      { err: error },
      "shards that nobody serves cannot be given away at the moment",
    );
  }

  #over(reason: Error): void {
    if (this.#isStopped) return;
    this.stop();
    this.#dependencies.over(reason);
  }
}
