import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { CoordinatorLock, Term } from "../ports/coordinator-lock.ts";
import type { Log } from "../ports/log.ts";

/** When a node tries to coordinate. */
export interface CoordinatorLimits {
  /** How often a node asks whether the cluster has no coordinator, milliseconds. */
  readonly lockRetryMs: number;
  /** How long a node listens before it judges who is there, milliseconds; 0 for a node that is alone. */
  readonly settleMs: number;
  /** A coordinator that hears nobody for so long lets another one try, milliseconds. */
  readonly busAwayMaxMs: number;
}

/** Sound for heartbeats every 300 ms. */
export const defaultCoordinatorLimits: CoordinatorLimits = {
  lockRetryMs: 500,
  settleMs: 1_500,
  busAwayMaxMs: 3_000,
};

/** One coordinator's work. */
export interface CoordinatorWork {
  /** @throws when what it needs cannot be read. */
  open(): Promise<void>;
  /** Ends at once, without a word to anybody. */
  stop(): void;
}

/** What a node needs to become the coordinator. */
export interface CoordinatorDependencies {
  readonly node: string;
  readonly lock: CoordinatorLock;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: CoordinatorLimits;
  /** The work of one term. `over` is called when it turns out that the term is over. */
  readonly work: (term: number, over: (reason: Error) => void) => CoordinatorWork;
}

/**
 * One node's candidature: takes the lock when nobody has it, coordinates while it lasts, and gives it up when it hears
 * nobody any more.
 */
export class Coordinator {
  readonly #dependencies: CoordinatorDependencies;
  #term: Term | undefined;
  #work: CoordinatorWork | undefined;
  #awaySinceMs: number | undefined;
  #isStopped = false;
  #trying: Promise<void> = Promise.resolve();
  #cancelRetry: () => void = () => undefined;

  constructor(dependencies: CoordinatorDependencies) {
    this.#dependencies = dependencies;
    this.#retryIn(dependencies.limits.settleMs);
  }

  /** The number of its term; undefined while it does not coordinate. */
  get term(): number | undefined {
    return this.#term?.number;
  }

  /** Ends its candidature, and its term: another node can coordinate at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    await this.#trying;
    await this.#resign();
    await this.#dependencies.lock.close();
  }

  #retryIn(delayMs: number): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#dependencies.clock.after(delayMs, () => {
      this.#trying = this.#look();
    });
  }

  async #look(): Promise<void> {
    const { log, limits } = this.#dependencies;
    try {
      if (this.#isAway()) await this.#resign();
      else if (this.#term === undefined) await this.#take();
    } catch (error) {
      log.warn({ err: error }, "this node cannot coordinate the cluster at the moment");
      await this.#resign();
    }
    if (!this.#isStopped) this.#retryIn(limits.lockRetryMs);
  }

  /** Whether nobody has been heard for too long, or for any time while somebody else may coordinate. */
  #isAway(): boolean {
    const { bus, clock, limits } = this.#dependencies;
    const nowMs = clock.nowMs();
    if (bus.state === "connected") this.#awaySinceMs = undefined;
    else this.#awaySinceMs ??= nowMs;
    if (this.#awaySinceMs === undefined) return false;
    return this.#term === undefined || nowMs - this.#awaySinceMs >= limits.busAwayMaxMs;
  }

  async #take(): Promise<void> {
    const { node, lock, log, work } = this.#dependencies;
    const term = await lock.take(node, (reason) => this.#lost(reason));
    if (term === undefined) return;
    this.#term = term;
    if (this.#isStopped) return;
    log.info({ term: term.number }, "this node coordinates the cluster");
    this.#work = work(term.number, (reason) => this.#over(term, reason));
    await this.#work.open();
  }

  #lost(reason: Error): void {
    this.#dependencies.log.warn({ err: reason }, "this node does not coordinate the cluster any more");
    this.#term = undefined;
    this.#end();
  }

  /** A write was refused, or an order: somebody else coordinates. */
  #over(term: Term, reason: Error): void {
    if (this.#term === term) this.#lost(reason);
    void this.#giveBack(term);
  }

  async #resign(): Promise<void> {
    const term = this.#term;
    this.#term = undefined;
    this.#end();
    if (term !== undefined) await this.#giveBack(term);
  }

  /** A lock that cannot be given back is lost with its connection, sooner or later. */
  async #giveBack(term: Term): Promise<void> {
    try {
      await term.resign();
    } catch (error) {
      this.#dependencies.log.warn({ err: error }, "the lock of a term that is over could not be given back");
    }
  }

  #end(): void {
    this.#work?.stop();
    this.#work = undefined;
  }
}
