import { formatAddress, type Address } from "../contract/address.ts";
import type { Clock } from "../ports/clock.ts";
import {
  Unavailable,
  type Answer,
  type Dispatcher,
  type Submission,
  type ViewUpdate,
} from "../ports/dispatcher.ts";
import { ANSWER, COMMAND, READ, UNWATCH, VIEW, WATCH, type Item, type ViewItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import { laneOf, type Placement } from "./placement.ts";
import { shardOf } from "./shard-hash.ts";

/** Bounds of one gateway thread towards the lanes. */
export interface DispatcherLimits {
  /** Commands and reads without an answer, over all lanes; one more is refused as overloaded. */
  readonly outstandingMax: number;
  /** How long past its deadline a command may stay without an answer before its outcome counts as unknown, ms. */
  readonly answerGraceMs: number;
  /** How long a read may take, ms. */
  readonly readTimeoutMs: number;
  readonly retryAfterMs: number;
}

/** Sound for one gateway thread. */
export const defaultDispatcherLimits: DispatcherLimits = {
  outstandingMax: 20_000,
  answerGraceMs: 1_000,
  readTimeoutMs: 5_000,
  retryAfterMs: 200,
};

const SWEEP_MS = 500;

interface OutstandingCommand {
  readonly type: "command";
  readonly giveUpAtMs: number;
  readonly answer: (answer: Answer) => void;
}

interface OutstandingRead {
  readonly type: "read";
  readonly giveUpAtMs: number;
  readonly resolve: (update: ViewUpdate) => void;
  readonly reject: (error: Unavailable) => void;
}

interface Watch {
  readonly listeners: Set<(update: ViewUpdate) => void>;
  latest: ViewUpdate | undefined;
}

/** The engine as seen from a gateway thread: sends each address's work over the link of the lane that owns its shard. */
export class LinkDispatcher implements Dispatcher {
  readonly #placement: Placement;
  readonly #links: readonly Link[];
  readonly #clock: Clock;
  readonly #limits: DispatcherLimits;
  readonly #outstanding = new Map<number, OutstandingCommand | OutstandingRead>();
  readonly #watches = new Map<string, Watch>();
  #correlation = 0;
  #cancelSweep: () => void;

  /** `links` are the lanes' links, by lane. */
  constructor(placement: Placement, links: readonly Link[], clock: Clock, limits: DispatcherLimits) {
    this.#placement = placement;
    this.#links = links;
    this.#clock = clock;
    this.#limits = limits;
    this.#cancelSweep = clock.after(SWEEP_MS, () => this.#sweep());
  }

  get outstanding(): number {
    return this.#outstanding.size;
  }

  dispatch(submission: Submission, answer: (answer: Answer) => void): void {
    if (this.#outstanding.size >= this.#limits.outstandingMax) {
      answer({ type: "overloaded", retryAfterMs: this.#limits.retryAfterMs });
      return;
    }
    const { address, command, key, deadlineAtMs, traceparent } = submission;
    const correlation = this.#nextCorrelation();
    const giveUpAtMs = deadlineAtMs + this.#limits.answerGraceMs;
    this.#outstanding.set(correlation, { type: "command", giveUpAtMs, answer });
    const { tenant, kind, id } = address;
    this.#link(address).send([
      COMMAND,
      correlation,
      tenant,
      kind,
      id,
      command,
      key,
      deadlineAtMs,
      traceparent ?? null,
    ]);
  }

  watch(address: Address, listener: (update: ViewUpdate) => void): () => void {
    const name = formatAddress(address);
    const { tenant, kind, id } = address;
    let watch = this.#watches.get(name);
    if (watch === undefined) {
      watch = { listeners: new Set(), latest: undefined };
      this.#watches.set(name, watch);
      this.#link(address).send([WATCH, tenant, kind, id]);
    } else if (watch.latest !== undefined) {
      listener(watch.latest);
    }
    watch.listeners.add(listener);
    return () => {
      const current = this.#watches.get(name);
      if (current?.listeners.delete(listener) !== true || current.listeners.size > 0) return;
      this.#watches.delete(name);
      this.#link(address).send([UNWATCH, tenant, kind, id]);
    };
  }

  read(address: Address): Promise<ViewUpdate> {
    const { outstandingMax, readTimeoutMs, retryAfterMs } = this.#limits;
    if (this.#outstanding.size >= outstandingMax) {
      return Promise.reject(new Unavailable("The shop is busy.", retryAfterMs));
    }
    return new Promise((resolve, reject) => {
      const correlation = this.#nextCorrelation();
      const giveUpAtMs = this.#clock.nowMs() + readTimeoutMs;
      this.#outstanding.set(correlation, { type: "read", giveUpAtMs, resolve, reject });
      this.#link(address).send([READ, correlation, address.tenant, address.kind, address.id]);
    });
  }

  /** Takes in a frame from a lane. */
  receive(items: readonly Item[]): void {
    for (const item of items) {
      if (item[0] === ANSWER) this.#answered(item[1], item[2]);
      else if (item[0] === VIEW) this.#viewed(item);
    }
  }

  /** Ends the sweep; whoever still waits is told that nobody will answer any more. */
  stop(): void {
    this.#cancelSweep();
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
    this.#outstanding.delete(correlation);
    outstanding.answer(answer);
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
    const watch = this.#watches.get(`${tenant}/${kind}/${id}`);
    if (watch === undefined || isOlder(update, watch.latest)) return;
    watch.latest = update;
    for (const listener of watch.listeners) listener(update);
  }

  /** Gives up on what got no answer in time: a command's outcome is then unknown, and the same key tells later. */
  #sweep(): void {
    this.#cancelSweep = this.#clock.after(SWEEP_MS, () => this.#sweep());
    const nowMs = this.#clock.nowMs();
    for (const [correlation, outstanding] of this.#outstanding) {
      if (outstanding.giveUpAtMs <= nowMs) this.#giveUp(correlation, outstanding);
    }
  }

  #giveUp(correlation: number, outstanding: OutstandingCommand | OutstandingRead): void {
    const { retryAfterMs } = this.#limits;
    this.#outstanding.delete(correlation);
    if (outstanding.type === "command") outstanding.answer({ type: "unknown", retryAfterMs });
    else outstanding.reject(new Unavailable("The owner of this data did not answer in time.", retryAfterMs));
  }

  #link(address: Address): Link {
    return this.#links[laneOf(this.#placement, shardOf(address, this.#placement.shardCount))] as Link;
  }

  #nextCorrelation(): number {
    this.#correlation += 1;
    return this.#correlation;
  }
}

function isOlder(update: ViewUpdate, latest: ViewUpdate | undefined): boolean {
  if (latest === undefined) return false;
  return update.epoch < latest.epoch || (update.epoch === latest.epoch && update.offset < latest.offset);
}
