import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Adopted, LeaveForMove, NodeThreads } from "../ports/node-threads.ts";

/** Bounds of the agreement between a lane and the placement. */
export interface LaneShardsLimits {
  /** Shards that a lane is asked to take over at once: those that are there serve before the rest is read. */
  readonly adoptAtOnceMax: number;
  /** How long to wait after something could not be done, milliseconds. */
  readonly retryMs: number;
  /**
   * How long a shard that cannot be read is left alone at most: it begins with `retryMs` and doubles with each attempt;
   * milliseconds.
   */
  readonly retryMaxMs: number;
  /**
   * How long shards that a move has made the lane let go of, or is about to bring, are left alone: after that nobody seems to
   * carry the move on.
   * Longer than all phases of a move in which clients wait; milliseconds.
   */
  readonly leavingMs: number;
}

/** What came of shards that were to be taken over for a move. */
export interface AdoptedForMove {
  /** Whether all of them are served. */
  readonly isServed: boolean;
  /** For how long they have been, milliseconds, as far as it is known. */
  readonly servedForMs: number;
}

/** Shards that one order of a move is about. */
type Order = readonly number[];

/** A shard that could not be read. */
interface SetAside {
  readonly attempts: number;
  isDue: boolean;
}

/** What it needs of its node. */
export interface LaneShardsDependencies {
  readonly lane: number;
  readonly threads: NodeThreads;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneShardsLimits;
  /** The shards that the newest placement gives to the lane. */
  readonly expected: () => readonly number[];
  /** Reads the stored placement: the one that is known gives or takes something that it may not. */
  readonly refresh: () => Promise<void>;
}

/** Brings the shards of one lane into agreement with the placement, and carries out what a move orders in between. */
export class LaneShards {
  readonly #dependencies: LaneShardsDependencies;
  readonly #serving = new Set<number>();
  /** Shards that a move made the lane let go of, by the last order to do so. */
  readonly #leaving = new Map<number, Order>();
  /** Shards that a move is about to bring, by the last order that says so: their source may serve them until then. */
  readonly #coming = new Map<number, Order>();
  /** Shards that the lane has and could not read. */
  readonly #aside = new Map<number, SetAside>();
  /** Shards that the placement has given to the lane when they were to agree last. */
  #given: ReadonlySet<number> = new Set();
  #agreeing: Promise<void> | undefined;
  #isAsked = false;
  #isStopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(dependencies: LaneShardsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Shards that the lane serves. */
  get serving(): ReadonlySet<number> {
    return this.#serving;
  }

  /** How many shards of the lane could not be read, and are tried again. */
  get unreadable(): number {
    return this.#aside.size;
  }

  /** The placement has changed, or the lane: sees to it that they agree. */
  agree(): void {
    this.#isAsked = true;
    if (this.#agreeing !== undefined || this.#isStopped) return;
    this.#cancelRetry();
    this.#agreeing = this.#agree().finally(() => {
      this.#agreeing = undefined;
      if (this.#isAsked) this.agree();
    });
  }

  /** Other owners have these shards now. */
  lost(shards: readonly number[]): void {
    for (const shard of shards) this.#serving.delete(shard);
    this.agree();
  }

  /** A move is about to bring these shards: until it says so, or nobody carries it on, the lane does not take them. */
  expect(shards: readonly number[]): void {
    const order = [...shards];
    for (const shard of shards) this.#coming.set(shard, order);
    this.#watch(order);
  }

  /** That move is over, however it ended: the placement alone says what the lane takes. */
  expectNoMore(shards: readonly number[]): void {
    const ended = shards.filter((shard) => this.#coming.delete(shard));
    if (ended.length > 0) this.agree();
  }

  /** That move ended before the placement gave its shards to the lane, which has nothing to do with those that it did not give. */
  async forget(shards: readonly number[]): Promise<void> {
    this.expectNoMore(shards);
    await this.#forgetOthers(shards);
  }

  /**
   * Takes shards over for a move. Returns whether all of them are served, and for how long they have been.
   * @throws when they cannot be taken over or read; those that can be read are served all the same.
   */
  async adopt(shards: readonly number[]): Promise<AdoptedForMove> {
    for (const shard of shards) {
      this.#leaving.delete(shard);
      this.#coming.delete(shard);
    }
    try {
      const { unread, servedForMs = 0 } = await this.#adopt(shards);
      if (unread.length > 0)
        throw new Error(unread.map(({ shard, why }) => `shard ${shard} cannot be read: ${why}`).join("; "));
      return { isServed: shards.every((shard) => this.#serving.has(shard)), servedForMs };
    } finally {
      // The move may be given up without another order: what the placement gives to the lane is then the lane's to take.
      if (shards.some((shard) => this.#isToBeAdopted(shard))) this.#agreeLater();
    }
  }

  /** Lets go of shards for a move: until it is over, or nobody carries it on, the lane does not take them again. */
  async letGo(shards: readonly number[], leave?: LeaveForMove): Promise<void> {
    const order = [...shards];
    for (const shard of shards) this.#coming.delete(shard);
    for (const shard of shards) this.#leaving.set(shard, order);
    this.#watch(order);
    await this.#letGo(shards, leave);
  }

  /** Lets go of all that the lane has, or is about to have. Only after {@link stop}: it would take them again. */
  letGoOfAll(): Promise<void> {
    return this.#letGo([...this.#serving.union(new Set(this.#dependencies.expected()))]);
  }

  /** Ends what is planned. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
  }

  async #agree(): Promise<void> {
    const { log, lane } = this.#dependencies;
    try {
      while (this.#isAsked && !this.#isStopped) {
        this.#isAsked = false;
        await this.#agreeOnce();
      }
    } catch (error) {
      log.warn({ err: error, lane }, "a lane cannot take or leave its shards at the moment");
      this.#agreeLater();
    }
  }

  #agreeLater(): void {
    const { clock, limits } = this.#dependencies;
    if (this.#isStopped) return;
    this.#cancelRetry();
    this.#cancelRetry = clock.after(limits.retryMs, () => this.agree());
  }

  async #agreeOnce(): Promise<void> {
    const { expected, limits, refresh } = this.#dependencies;
    const wanted = new Set(expected());
    for (const shard of this.#leaving.keys()) if (!wanted.has(shard)) this.#leaving.delete(shard);
    for (const shard of this.#aside.keys()) if (!wanted.has(shard)) this.#aside.delete(shard);
    // What waits here for one that was to come is sent to its owner by now: done here later, it would be done twice.
    const awaited = [...this.#given].filter((shard) => this.#coming.has(shard));
    const extra = [...this.#serving.union(new Set(awaited))].filter((shard) => !wanted.has(shard));
    this.#given = wanted;
    if (extra.length > 0) await this.#letGo(extra);
    const missing = [...wanted].filter((shard) => this.#isToBeAdopted(shard));
    if (missing.length === 0) return;
    const coming = missing.slice(0, limits.adoptAtOnceMax);
    await this.#adopt(coming);
    const refused = coming.filter((shard) => this.#isToBeAdopted(shard));
    if (refused.length > 0) {
      await refresh();
      const still = new Set(expected());
      if (refused.some((shard) => still.has(shard))) {
        throw new Error(`the placement does not give shards ${refused.join(", ")} to this lane`);
      }
    }
    this.#isAsked = true;
  }

  /** Those that could not be read are left alone for a while. */
  async #adopt(shards: readonly number[]): Promise<Adopted> {
    const { threads, lane } = this.#dependencies;
    const adopted = await threads.adopt(lane, shards);
    const { served, unread } = adopted;
    for (const shard of served) {
      this.#aside.delete(shard);
      if (!this.#leaving.has(shard)) this.#serving.add(shard);
    }
    for (const { shard, why } of unread) this.#setAside(shard, why);
    return adopted;
  }

  /** One damaged shard is to take nothing from the others: neither their turn nor the database's time. */
  #setAside(shard: number, why: string): void {
    const { clock, log, limits, lane } = this.#dependencies;
    const attempts = (this.#aside.get(shard)?.attempts ?? 0) + 1;
    const retryAfterMs = Math.min(limits.retryMs * 2 ** (attempts - 1), limits.retryMaxMs);
    const entry = { attempts, isDue: false };
    this.#aside.set(shard, entry);
    log.warn(
      { lane, shard, reason: why, attempts, retryAfterMs },
      "a shard that cannot be read is set aside",
    );
    clock.after(retryAfterMs, () => {
      entry.isDue = true;
      this.agree();
    });
  }

  async #letGo(shards: readonly number[], leave?: LeaveForMove): Promise<void> {
    const { threads, lane } = this.#dependencies;
    await threads.letGo(lane, shards, leave);
    for (const shard of shards) this.#serving.delete(shard);
  }

  /** The lane needs nothing of what it has read ahead of those that are not its own. */
  async #forgetOthers(shards: readonly number[]): Promise<void> {
    const { threads, lane, expected } = this.#dependencies;
    const given = new Set(expected());
    const others = shards.filter((shard) => !given.has(shard) && !this.#serving.has(shard));
    if (others.length > 0) await threads.letGo(lane, others);
  }

  /** Whether nothing keeps the lane from taking over this shard, which the placement gives to it. */
  #isToBeAdopted(shard: number): boolean {
    const isMoving = this.#leaving.has(shard) || this.#coming.has(shard);
    return !this.#serving.has(shard) && !isMoving && this.#aside.get(shard)?.isDue !== false;
  }

  /** No clock is asked how long it has been: one that was set back would make the move last for ever. */
  #watch(order: Order): void {
    const { clock, limits } = this.#dependencies;
    clock.after(limits.leavingMs, () => this.#abandoned(order));
  }

  /** Whoever ordered the move may be gone: the stored placement says whose they are. */
  #abandoned(order: Order): void {
    const { log, lane, refresh, expected } = this.#dependencies;
    const wanted = new Set(expected());
    const leaving = order.filter((shard) => this.#leaving.get(shard) === order);
    const coming = order.filter((shard) => this.#coming.get(shard) === order);
    for (const shard of leaving) this.#leaving.delete(shard);
    for (const shard of coming) this.#coming.delete(shard);
    if (this.#isStopped) return;
    this.#forgetOthers(coming).catch((error: unknown) => {
      log.warn({ err: error, lane, shards: coming }, "what was read ahead cannot be forgotten yet");
    });
    // A move that was given up before the placement was written leaves nothing else to do.
    const due = [...leaving, ...coming.filter((shard) => wanted.has(shard))];
    if (due.length === 0) return;
    log.warn({ lane, shards: due }, "nobody carries a move on: the placement says whose its shards are");
    refresh().then(
      () => this.agree(),
      () => this.agree(),
    );
  }
}
