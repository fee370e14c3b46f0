import { formatAddress, type Address } from "../contract/address.ts";
import type { Clock } from "../ports/clock.ts";
import type { Answer, Dispatcher, Submission, ViewUpdate } from "../ports/dispatcher.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { LanePlace, Placement } from "../ports/placement-store.ts";
import { Unavailable } from "../ports/unavailable.ts";
import { ANSWER, COMMAND, MOVED, READ, UNWATCH, VIEW, WATCH } from "../transport/items.ts";
import type { CommandItem, Item, ReadItem, ViewItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import { renumbered, withoutDenial, type Outstanding } from "./outstanding.ts";
import { Router } from "./router.ts";
import { shardOf } from "./shard-hash.ts";
import { defaultRouterLimits, type RouterLimits } from "./shard-route.ts";
import { WatchedViews } from "./watched-views.ts";

/** Bounds of one gateway thread towards the lanes. */
export interface DispatcherLimits extends RouterLimits {
  /** Commands and reads without an answer, over all lanes; one more is refused as overloaded. */
  readonly outstandingMax: number;
  /** How long past its deadline a command may stay without an answer before its outcome counts as unknown, ms. */
  readonly answerGraceMs: number;
  /** How long a read may take, ms. */
  readonly readTimeoutMs: number;
}

/** Sound for one gateway thread. */
export const defaultDispatcherLimits: DispatcherLimits = {
  ...defaultRouterLimits,
  outstandingMax: 20_000,
  answerGraceMs: 1_000,
  readTimeoutMs: 5_000,
};

const SWEEP_MS = 500;
// What an owner has finished before it let a shard go is answered by then.
const FINISHED_MS = 250;
const DOUBT_EVERY_MS = 100;

/** The engine as seen from a gateway thread: sends each address's work to the lane that owns its shard. */
export class LinkDispatcher implements Dispatcher {
  /** Is told of shards that are about to move. */
  readonly router: Router;
  readonly #clock: Clock;
  /** How long there has been no answer; deadlines are times of day. */
  readonly #waiting: Clock;
  readonly #limits: DispatcherLimits;
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #watched = new WatchedViews();
  /** Cancel what is planned for shards that were asked of their owner. */
  readonly #repetitions = new Set<() => void>();
  readonly #doubted: () => void;
  #doubtedAtMs = Number.NEGATIVE_INFINITY;
  #correlation = 0;
  #cancelSweep: () => void;

  /**
   * `linkTo` gives the link to a lane, the same one each time. `doubted` is told when an owner turns away what it should have by
   * the newest placement that is known here, which may be an old one by now; not more often than ten times per second.
   */
  constructor(
    placement: Placement,
    linkTo: (place: LanePlace) => Link,
    clock: Clock,
    limits: DispatcherLimits,
    doubted: () => void = () => undefined,
  ) {
    const refuse = (items: readonly Item[]): void => this.receive(items);
    this.router = new Router(placement, { clock, limits, linkTo, refuse });
    this.#clock = clock;
    this.#waiting = new ForwardClock(clock);
    this.#limits = limits;
    this.#doubted = doubted;
    this.#cancelSweep = clock.after(SWEEP_MS, () => this.#sweep());
  }

  get outstanding(): number {
    return this.#outstanding.size;
  }

  /**
   * Goes on by another placement, unless it is older. What shards have not answered that were taken from their owner unasked is
   * sent to the next one: their keys make commands take effect once. An owner that shards were asked of finishes what it has
   * begun, unless it dies: what has no answer a moment later is sent again, too.
   */
  apply(placement: Placement): void {
    const { held, kept } = this.router;
    const moved = new Set(this.router.apply(placement));
    this.#repeatLater(moved.intersection(held), kept);
    this.#repeat(moved.difference(held), new Set());
  }

  /**
   * Something between this thread and a lane was lost, in either direction: all that is watched there is asked for again, and
   * what was not answered is sent again; for a shard that is held, to whoever has it in the end.
   */
  missed(place: LanePlace): void {
    const { kept } = this.router;
    this.#repeat(new Set(this.router.missed(place)), kept);
  }

  dispatch(submission: Submission, answer: (answer: Answer) => void): void {
    if (this.#outstanding.size >= this.#limits.outstandingMax) {
      answer({ type: "overloaded", retryAfterMs: this.#limits.retryAfterMs });
      return;
    }
    const { address, command, key, deadlineAtMs, traceparent, barred } = submission;
    const { tenant, kind, id } = address;
    const correlation = this.#nextCorrelation();
    const trace = traceparent ?? null;
    const fields = [tenant, kind, id, command, key, deadlineAtMs, trace] as const;
    const item: CommandItem =
      barred === undefined ? [COMMAND, correlation, ...fields] : [COMMAND, correlation, ...fields, barred];
    const leftMs = deadlineAtMs - this.#clock.nowMs();
    const giveUpAtMs = this.#waiting.nowMs() + leftMs + this.#limits.answerGraceMs;
    const { version } = this.router;
    const shard = this.#shardOf(address);
    this.#outstanding.set(correlation, {
      type: "command",
      item,
      shard,
      version,
      giveUpAtMs,
      mayBeDone: false,
      answer,
    });
    this.router.send(shard, item);
  }

  watch(address: Address, listener: (update: ViewUpdate) => void): () => void {
    const name = formatAddress(address);
    const { tenant, kind, id } = address;
    const shard = this.#shardOf(address);
    if (this.#watched.add(name, listener)) this.router.send(shard, [WATCH, tenant, kind, id]);
    return () => {
      if (this.#watched.remove(name, listener)) this.router.send(shard, [UNWATCH, tenant, kind, id]);
    };
  }

  read(address: Address): Promise<ViewUpdate> {
    const { outstandingMax, readTimeoutMs, retryAfterMs } = this.#limits;
    if (this.#outstanding.size >= outstandingMax) {
      return Promise.reject(new Unavailable("The shop is busy.", retryAfterMs));
    }
    return new Promise((resolve, reject) => {
      const correlation = this.#nextCorrelation();
      const giveUpAtMs = this.#waiting.nowMs() + readTimeoutMs;
      const item: ReadItem = [READ, correlation, address.tenant, address.kind, address.id];
      const { version } = this.router;
      const shard = this.#shardOf(address);
      this.#outstanding.set(correlation, { type: "read", item, shard, version, giveUpAtMs, resolve, reject });
      this.router.send(shard, item);
    });
  }

  /** Takes in a frame from a lane. */
  receive(items: readonly Item[]): void {
    for (const item of items) {
      if (item[0] === ANSWER) this.#answered(item[1], item[2]);
      else if (item[0] === VIEW) this.#viewed(item);
      else if (item[0] === MOVED) this.#moved(item[1], item[2], item[3]);
    }
  }

  /** Ends the sweep; whoever still waits is told that nobody will answer any more. */
  stop(): void {
    this.#cancelSweep();
    for (const cancel of this.#repetitions) cancel();
    this.router.stop();
    for (const [correlation, outstanding] of this.#outstanding) this.#giveUp(correlation, outstanding);
  }

  #answered(correlation: number, answer: Answer): void {
    const outstanding = this.#outstanding.get(correlation);
    if (outstanding === undefined) return;
    // An answer to a read says that there was no room for it.
    if (outstanding.type === "read") {
      this.#giveUp(correlation, outstanding);
      return;
    }
    if (answer.type === "unknown" && this.router.isChanging(outstanding.shard, outstanding.version)) {
      // The shard is another owner's, or about to be, who knows what has become of the command.
      this.#takeBack(this.#renew(correlation, outstanding));
      return;
    }
    // So answers a lane that has lost shards as well.
    if (answer.type === "unknown") this.#doubt();
    this.#outstanding.delete(correlation);
    outstanding.answer(outstanding.mayBeDone ? withoutDenial(answer) : answer);
  }

  /** Gives work another number before it is sent again: what is still said about the first time is nobody's answer any more. */
  #renew(correlation: number, outstanding: Outstanding): Outstanding {
    const number = this.#nextCorrelation();
    const renewed = renumbered(outstanding, number);
    this.#outstanding.delete(correlation);
    this.#outstanding.set(number, renewed);
    return renewed;
  }

  #viewed([, correlation, tenant, kind, id, epoch, offset, view]: ViewItem): void {
    const update: ViewUpdate = { epoch, offset, view };
    if (correlation !== 0) {
      const outstanding = this.#outstanding.get(correlation);
      if (outstanding?.type !== "read") return;
      this.#outstanding.delete(correlation);
      outstanding.resolve(update);
      return;
    }
    this.#watched.show(`${tenant}/${kind}/${id}`, update);
  }

  /** A lane has not begun what it was sent, has left it open, or keeps no watches, since it does not have the shard. */
  #moved(correlation: number, shard: number, isBegun = false): void {
    const outstanding = this.#outstanding.get(correlation);
    if (correlation !== 0 && outstanding === undefined) return;
    const version = outstanding?.version ?? this.router.version;
    if (!this.router.isChanging(shard, version)) this.#doubt();
    if (outstanding === undefined) this.router.askAgain(shard);
    else this.#takeBack(isBegun ? this.#renew(correlation, outstanding) : outstanding);
  }

  #doubt(): void {
    const nowMs = this.#clock.nowMs();
    if (Math.abs(nowMs - this.#doubtedAtMs) < DOUBT_EVERY_MS) return;
    this.#doubtedAtMs = nowMs;
    this.#doubted();
  }

  #takeBack(outstanding: Outstanding): void {
    const { shard, item, version } = outstanding;
    outstanding.version = this.router.version;
    this.router.takeBack(shard, item, version);
  }

  /** Sends again what these shards have not answered, but for what is kept: that has not left yet. */
  #repeat(shards: ReadonlySet<number>, kept: ReadonlySet<number>): void {
    if (shards.size > 0) this.#sendAgain(this.#unansweredOf(shards, kept));
  }

  /** The same in a moment, for those that were sent before: what was kept has just left for the first time. */
  #repeatLater(shards: ReadonlySet<number>, kept: ReadonlySet<number>): void {
    if (shards.size === 0) return;
    const sent = this.#unansweredOf(shards, kept);
    if (sent.length === 0) return;
    const cancel = this.#clock.after(FINISHED_MS, () => {
      this.#repetitions.delete(cancel);
      this.#sendAgain(sent);
    });
    this.#repetitions.add(cancel);
  }

  #unansweredOf(shards: ReadonlySet<number>, kept: ReadonlySet<number>): readonly number[] {
    return [...this.#outstanding].flatMap(([correlation, { shard }]) =>
      shards.has(shard) && !kept.has(correlation) ? [correlation] : [],
    );
  }

  #sendAgain(correlations: readonly number[]): void {
    for (const correlation of correlations) {
      const outstanding = this.#outstanding.get(correlation);
      if (outstanding === undefined) continue;
      const renewed = this.#renew(correlation, outstanding);
      renewed.version = this.router.version;
      this.router.send(renewed.shard, renewed.item);
    }
  }

  /**
   * Gives up on what got no answer in time. A command's outcome is then unknown, and the same key tells later; one that
   * still waits for its shard's owner was not begun.
   */
  #sweep(): void {
    this.#cancelSweep = this.#clock.after(SWEEP_MS, () => this.#sweep());
    this.router.expire(this.#clock.nowMs(), (correlation) => this.#outstanding.has(correlation));
    const nowMs = this.#waiting.nowMs();
    for (const [correlation, outstanding] of this.#outstanding) {
      if (outstanding.giveUpAtMs <= nowMs) this.#giveUp(correlation, outstanding);
    }
  }

  #giveUp(correlation: number, outstanding: Outstanding): void {
    const { retryAfterMs } = this.#limits;
    this.#outstanding.delete(correlation);
    if (outstanding.type === "command") outstanding.answer({ type: "unknown", retryAfterMs });
    else outstanding.reject(new Unavailable("The owner of this data did not answer in time.", retryAfterMs));
  }

  #shardOf(address: Address): number {
    return shardOf(address, this.router.shardCount);
  }

  #nextCorrelation(): number {
    this.#correlation += 1;
    return this.#correlation;
  }
}
