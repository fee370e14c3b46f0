import type { AnyDecider } from "../contract/decider.ts";
import { assert } from "../contract/assert.ts";
import { UnknownVersion } from "../contract/upcast.ts";
import type { Clock } from "../ports/clock.ts";
import { OwnershipLost } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import { ActorCell } from "./actor-cell.ts";
import type { LaneLimits } from "./limits.ts";
import { PairOrder } from "./pair-order.ts";
import { PostponedActors, type Parked } from "./postponed-actors.ts";
import { readHalves, type Unread } from "./read-halves.ts";
import { RareWarning } from "./rare-warning.ts";
import type { Shard } from "./shard.ts";
import type { LaneCounters } from "./lane-counters.ts";
import { restoreActors, type StoredActorSources } from "./stored-actors.ts";
import { Unanswered } from "./unanswered.ts";
import type { Watchers } from "./watchers.ts";
import { isClients, type Target, type Work } from "./work.ts";

/** What activation needs of its lane. */
export interface ActivationDependencies extends StoredActorSources {
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly lane: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pick<LaneLimits, "mailboxLengthMax" | "redeliverAfterMs" | "retryAfterMs">;
  readonly counters: LaneCounters;
  readonly watchers: Pick<Watchers, "links" | "has">;
  /** An actor is in memory again. */
  readonly activated: (cell: ActorCell) => void;
  /** Work whose actor is there now, in the order in which it came. */
  readonly resume: (works: readonly Work[]) => void;
  readonly planTurn: () => void;
  /** The lane's memory is not to be trusted any more. */
  readonly recover: (error: unknown) => void;
}

/**
 * Brings actors that are not in memory back from where they are stored, and keeps their work waiting meanwhile.
 *
 * Work for other actors goes on; messages of one pair of shards keep their order, because the ones that follow a
 * waiting message wait with it. An actor that cannot be read is tried again with growing pauses. Meanwhile nothing waits for it but
 * answers to its calls and its wake-ups, which come once: clients are refused, and messages dropped, as their senders repeat them.
 */
export class Activation {
  readonly #dependencies: ActivationDependencies;
  readonly #parked = new Map<string, Parked>();
  readonly #postponed: PostponedActors;
  readonly #order = new PairOrder();
  /** Pieces of work of all that are parked. */
  #length = 0;
  readonly #wanted = new Set<Parked>();
  readonly #warning: RareWarning;

  constructor(dependencies: ActivationDependencies) {
    this.#dependencies = dependencies;
    this.#warning = new RareWarning(dependencies, "actors cannot be read; will try again");
    this.#postponed = new PostponedActors({
      ...dependencies,
      isAwaited: (parked) => this.#isAwaited(parked),
      due: (group) => this.#begin(group),
      forgotten: (parked) => this.#unpark(parked),
    });
  }

  /** No actor is being loaded. */
  get idle(): boolean {
    return this.#parked.size === this.#postponed.size;
  }

  /** No room for clients' work: as much waits for actors to be loaded as may wait in the mailbox. */
  get full(): boolean {
    return this.#waiting >= this.#dependencies.limits.mailboxLengthMax;
  }

  /** Actors that could not be read when they were tried last. */
  get unreadable(): number {
    let unreadable = 0;
    for (const { attempts } of this.#parked.values()) if (attempts > 0) unreadable += 1;
    return unreadable;
  }

  /** Whether this work has to wait behind an earlier message of its pair; if so it is kept, as long as there is room. */
  keepsOrder(work: Work): boolean {
    if (work.type !== "message" || !this.#order.isBlocked(work)) return false;
    if (!this.#overfull) this.#order.keep(work);
    return true;
  }

  /** Keeps work for an actor that has to be loaded; {@link start} loads. */
  park(work: Work, shard: Shard): void {
    const already = this.#parked.get(work.to.addressText);
    if (already !== undefined && this.#postponed.isPaused(already)) return this.#hold(already, work);
    // Its sender repeats it.
    if (work.type === "message" && this.#overfull) return;
    const parked = already ?? { target: work.to, shard, works: [], isWatched: false, attempts: 0 };
    if (already === undefined) this.#parked.set(work.to.addressText, parked);
    if (already === undefined || this.#postponed.take(already)) this.#wanted.add(parked);
    if (work.type === "message") this.#order.block(work);
    this.#keep(parked, work);
  }

  /** Starts to load what was parked since the last call: one read per shard. */
  start(): void {
    if (this.#wanted.size === 0) return;
    for (const group of Map.groupBy(this.#wanted, ({ shard }) => shard).values()) this.#begin(group);
    this.#wanted.clear();
  }

  /** Gives all waiting work back and forgets what is being loaded; whoever watches is to be shown everything anew. */
  abandon(): readonly Work[] {
    return this.#drop([...this.#parked.values()], this.#order.remove());
  }

  /** Gives the work that waits in these shards back, and forgets what is being loaded for them. */
  remove(shards: ReadonlySet<number>): readonly Work[] {
    const parked = [...this.#parked.values()].filter(({ target }) => shards.has(target.shardNumber));
    return this.#drop(parked, this.#order.remove(shards));
  }

  #drop(group: readonly Parked[], behind: readonly Work[]): readonly Work[] {
    const works = group.flatMap((parked) => parked.works);
    for (const parked of group) {
      this.#postponed.take(parked);
      this.#wanted.delete(parked);
      this.#unpark(parked);
    }
    return [...works, ...behind];
  }

  #keep(parked: Parked, work: Work): void {
    // However often a link asks, and whether it is still there: who watches is known when the actor is loaded.
    if (work.type === "view" && work.correlation === 0) {
      parked.isWatched = true;
      return;
    }
    parked.works.push(work);
    this.#length += 1;
  }

  /** An actor that cannot be read now keeps nothing that comes again. */
  #hold(parked: Parked, work: Work): void {
    if (isClients(work)) this.#refuse([work]);
    else if (work.type !== "message") this.#keep(parked, work);
  }

  #begin(group: readonly Parked[]): void {
    readHalves(group, (part) => this.#read(part))
      .then((unread) => {
        for (const part of unread) this.#postpone(part);
      })
      .catch(this.#dependencies.recover);
  }

  /**
   * Reads actors of one shard in one go. Memory is as it was if that fails.
   * @throws when no later attempt would help.
   */
  async #read(group: readonly Parked[]): Promise<Unread | undefined> {
    let cells: readonly ActorCell[];
    try {
      cells = await this.#cells(group);
    } catch (error) {
      const left = group.filter((parked) => this.#isParked(parked));
      if (left.length === 0) return undefined;
      if (error instanceof OwnershipLost || error instanceof UnknownVersion) throw error;
      return { group: left, error };
    }
    this.#loaded(group, cells);
    return undefined;
  }

  #postpone({ group, error }: Unread): void {
    const left = group.filter((parked) => this.#isParked(parked));
    const [first] = left;
    if (first === undefined) return;
    const { lane, planTurn } = this.#dependencies;
    const { target, attempts, shard } = first;
    const fields = { err: error, lane, shard: shard.number, address: target.addressText };
    this.#warning.failed({ ...fields, actors: left.length, attempts: attempts + 1 });
    for (const parked of left) this.#letGo(parked);
    this.#postponed.add(left);
    // A lane that is to stop waits for what is being loaded, and looks again at the end of a turn.
    planTurn();
  }

  /** Work of an actor that cannot be read now is given up, but for what comes once. */
  #letGo(parked: Parked): void {
    const { works } = parked;
    this.#length -= works.length;
    parked.works = [];
    this.#refuse(works.filter(isClients));
    for (const work of works) {
      // What waits behind it comes again with it: without it, it would be out of order.
      if (work.type === "message") this.#order.release(work);
      else if (!isClients(work)) this.#keep(parked, work);
    }
  }

  /** Nothing of it was begun. */
  #refuse(works: readonly Work[]): void {
    const { counters, limits } = this.#dependencies;
    counters.overloaded += works.length;
    const clients = new Unanswered();
    clients.addWorks(works);
    clients.answer({ type: "overloaded", retryAfterMs: limits.retryAfterMs });
  }

  #loaded(group: readonly Parked[], cells: readonly ActorCell[]): void {
    const resumed: Work[] = [];
    for (const [index, parked] of group.entries()) {
      // The shard has been built anew since, or has left.
      if (!this.#isParked(parked)) continue;
      const { target, shard, works } = parked;
      const cell = cells[index] as ActorCell;
      this.#unpark(parked);
      shard.cells.set(target.addressText, cell);
      this.#dependencies.activated(cell);
      for (const work of works) {
        resumed.push(work);
        if (work.type === "message") for (const behind of this.#order.release(work)) resumed.push(behind);
      }
      if (parked.isWatched) for (const work of this.#views(target)) resumed.push(work);
    }
    this.#dependencies.resume(resumed);
  }

  /** One view for each link that watches. */
  #views(to: Target): readonly Work[] {
    const links = [...this.#dependencies.watchers.links(to.addressText)];
    return links.map((link) => ({ type: "view", to, link, correlation: 0 }));
  }

  #unpark(parked: Parked): void {
    this.#parked.delete(parked.target.addressText);
    this.#length -= parked.works.length;
  }

  /** False once it was abandoned. */
  #isParked(parked: Parked): boolean {
    return this.#parked.get(parked.target.addressText) === parked;
  }

  #isAwaited({ works, isWatched, target }: Parked): boolean {
    return works.length > 0 || (isWatched && this.#dependencies.watchers.has(target.addressText));
  }

  get #waiting(): number {
    return this.#length + this.#order.length;
  }

  /** No room for messages either. */
  get #overfull(): boolean {
    return this.#waiting >= this.#dependencies.limits.mailboxLengthMax * 2;
  }

  async #cells(group: readonly Parked[]): Promise<readonly ActorCell[]> {
    const [{ shard }] = group as readonly [Parked];
    const cells = group.map(({ target }) => this.#cell(shard, target));
    await restoreActors(shard, cells, this.#dependencies);
    return cells;
  }

  #cell(shard: Shard, { address, addressText }: Target): ActorCell {
    const decider = this.#dependencies.deciders.get(address.kind);
    assert(decider !== undefined, `no decider for kind ${address.kind}`);
    return new ActorCell(address, addressText, decider, shard);
  }
}
