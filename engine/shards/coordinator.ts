import type { Clock } from "../ports/clock.ts";
import type { CoordinatorLock, Term } from "../ports/coordinator-lock.ts";
import type { Log } from "../ports/log.ts";
import type { Echo } from "./echo.ts";

/** When a node tries to coordinate. */
export interface CoordinatorLimits {
  /** How often a node asks whether the cluster has no coordinator, milliseconds. */
  readonly lockRetryMs: number;
  /** How long a node listens before it judges who is there, milliseconds; 0 for a node that is alone. */
  readonly settleMs: number;
  /**
   * How long a node that has never heard those who have shards leaves the office to others before it takes it, milliseconds: several
   * times `lockRetryMs`, so that whoever lives and hears the others is first; 0 for a node that is alone.
   */
  readonly strangerMs: number;
}

/** Sound for heartbeats every 300 ms. */
export const defaultCoordinatorLimits: CoordinatorLimits = {
  lockRetryMs: 500,
  settleMs: 1_500,
  strangerMs: 3_000,
};

// Of several who wait in this way, none would ever find that nobody has been there in between.
const LEFT_IN_A_ROW_MAX = 3;

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
  readonly echo: Pick<Echo, "state" | "onChange">;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: CoordinatorLimits;
  /** Whether other nodes have shards, and none of them has ever been heard: they are gone, or hear another bus. */
  readonly isStranger: () => boolean;
  /** The work of one term. `over` is called when it turns out that the term is over. */
  readonly work: (term: number, over: (reason: Error) => void) => CoordinatorWork;
}

/**
 * One node's candidature: takes the lock when nobody has it, coordinates while it lasts, and gives it up when it does not hear itself
 * on the bus any more.
 *
 * Who takes it has to hear itself better than who keeps it: when the bus stands still for everybody, one term ends, and none begins
 * before somebody is heard again.
 */
export class Coordinator {
  readonly #dependencies: CoordinatorDependencies;
  #term: Term | undefined;
  #work: CoordinatorWork | undefined;
  /** The term that it took last and left to others. */
  #leftTerm: number | undefined;
  #leftInARow = 0;
  #standsDown = false;
  #toldTrouble: string | undefined;
  #isStopped = false;
  #trying: Promise<void> = Promise.resolve();
  #cancelRetry: () => void = () => undefined;
  readonly #endEcho: () => void;

  constructor(dependencies: CoordinatorDependencies) {
    this.#dependencies = dependencies;
    this.#endEcho = dependencies.echo.onChange((state) => {
      if (state === "gone") void this.#giveUp();
    });
    this.#retryIn(dependencies.limits.settleMs);
  }

  /** The number of its term; undefined while it does not coordinate. */
  get term(): number | undefined {
    return this.#term?.number;
  }

  /** From now on takes no further term: a node that is about to end leaves it to others. The one that it has goes on. */
  standDown(): void {
    this.#standsDown = true;
  }

  /** Ends its candidature, and its term: another node can coordinate at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endEcho();
    this.#cancelRetry();
    // What it is about to begin may wait for long, and others shall not.
    await this.#resign();
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
    const { echo, log, limits } = this.#dependencies;
    try {
      // It may have begun while its echo went.
      if (echo.state === "gone") await this.#giveUp();
      else if (echo.state === "clear" && this.#term === undefined && !this.#standsDown) await this.#take();
      this.#toldTrouble = undefined;
    } catch (error) {
      const trouble = String(error);
      // It is tried twice a second, for as long as a database is away.
      if (trouble !== this.#toldTrouble)
        log.warn({ err: error }, "this node cannot coordinate the cluster at the moment");
      this.#toldTrouble = trouble;
      await this.#resign();
    }
    const isWaiting = this.#term === undefined && this.#leftTerm !== undefined;
    if (!this.#isStopped) this.#retryIn(isWaiting ? limits.strangerMs : limits.lockRetryMs);
  }

  async #take(): Promise<void> {
    const { node, lock, echo, log, work } = this.#dependencies;
    const term = await lock.take(node, (reason) => this.#lost(reason));
    if (term === undefined) {
      // Somebody lives.
      this.#leftTerm = undefined;
      this.#leftInARow = 0;
      return;
    }
    this.#term = term;
    if (this.#isStopped) return;
    // It may have become so while the lock was taken.
    if (this.#standsDown || echo.state !== "clear") return this.#resign();
    if (this.#leavesToOthers(term.number)) return this.#resign();
    log.info({ term: term.number }, "this node coordinates the cluster");
    this.#work = work(term.number, (reason) => this.#over(term, reason));
    await this.#work.open();
  }

  /** Whether somebody else shall have this term first: one who hears the nodes that have shards would not take them from them. */
  #leavesToOthers(term: number): boolean {
    const { isStranger, log, limits } = this.#dependencies;
    const hasNobodyFollowed = this.#leftTerm === term - 1 || this.#leftInARow >= LEFT_IN_A_ROW_MAX;
    const isLeft = limits.strangerMs > 0 && !hasNobodyFollowed && isStranger();
    this.#leftTerm = isLeft ? term : undefined;
    this.#leftInARow = this.#leftTerm === undefined ? 0 : this.#leftInARow + 1;
    if (this.#leftTerm === undefined) return false;
    log.warn(
      { waitMs: limits.strangerMs },
      "this node hears none of those that have shards: they are gone, or have another NATS_URL; it coordinates if nobody else does",
    );
    return true;
  }

  /** It does not hear itself: whoever does shall coordinate. */
  async #giveUp(): Promise<void> {
    const { log } = this.#dependencies;
    if (this.#term === undefined) return;
    log.warn({}, "this node does not hear itself on the bus any more, and leaves coordinating to others");
    await this.#resign();
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
