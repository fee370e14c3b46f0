import type { AnyDecider } from "../contract/decider.ts";
import { assert } from "../contract/assert.ts";
import { UnknownVersion } from "../contract/upcast.ts";
import type { Clock } from "../ports/clock.ts";
import { OwnershipLost } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import { ActorCell } from "./actor-cell.ts";
import type { LaneLimits } from "./limits.ts";
import type { Shard } from "./shard.ts";
import { restoreActors, type StoredActorSources } from "./stored-actors.ts";
import { Unanswered } from "./unanswered.ts";
import { isClients, pairName, receiverOf, type MessageWork, type Target, type Work } from "./work.ts";

const RETRY_AFTER_MAX_MS = 30_000;
const TOLD_EVERY_MS = 5_000;

/** What activation needs of its lane. */
export interface ActivationDependencies extends StoredActorSources {
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly lane: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pick<LaneLimits, "mailboxLengthMax" | "redeliverAfterMs" | "retryAfterMs">;
  /** An actor is in memory again. */
  readonly activated: (cell: ActorCell) => void;
  /** Work whose actor is there now, in the order in which it came. */
  readonly resume: (works: readonly Work[]) => void;
  /** The lane's memory is not to be trusted any more. */
  readonly failed: (error: unknown) => void;
}

/** Work that waits for one actor. */
interface Parked {
  readonly target: Target;
  works: Work[];
  /** Times that the actor could not be read. */
  attempts: number;
}

/** Messages of one pair of shards that wait behind an earlier one. */
interface Blocked {
  readonly works: MessageWork[];
  /** Number of the last message that waits, the one that holds them up included. */
  lastNumber: number;
}

/**
 * Brings actors that are not in memory back from where they are stored, and keeps their work waiting meanwhile.
 *
 * Work for other actors goes on; messages of one pair of shards keep their order, because the ones that follow a
 * waiting message wait with it. An actor that cannot be read is tried again with growing pauses: clients are refused meanwhile, and
 * what the lane owes to others waits.
 */
export class Activation {
  readonly #dependencies: ActivationDependencies;
  readonly #parked = new Map<string, Parked>();
  /** Those among them that could not be read, and wait for the next attempt. */
  readonly #postponed = new Set<Parked>();
  /** Pieces of work of all that are parked. */
  #length = 0;
  readonly #blockedPairs = new Map<number, Blocked>();
  readonly #wanted = new Map<Shard, Parked[]>();
  /** Failures that were not told yet, and when one was last. */
  #untold = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(dependencies: ActivationDependencies) {
    this.#dependencies = dependencies;
  }

  /** No actor is being loaded. */
  get idle(): boolean {
    return this.#parked.size === this.#postponed.size;
  }

  /** No room for clients' work: as much waits for actors to be loaded as may wait in the mailbox. */
  get full(): boolean {
    return this.#length >= this.#dependencies.limits.mailboxLengthMax;
  }

  /** Whether this work has to wait behind an earlier message of its pair; if so it is kept. */
  keepsOrder(work: Work): boolean {
    if (work.type !== "message" || this.#blockedPairs.size === 0) return false;
    const blocked = this.#blockedPairs.get(pairName(work.fromShard, work.to.shardNumber));
    if (blocked === undefined) return false;
    // Its sender repeats what waits here: once is enough.
    if (work.number > blocked.lastNumber) {
      blocked.works.push(work);
      blocked.lastNumber = work.number;
    }
    return true;
  }

  /** Keeps work for an actor that has to be loaded; {@link start} loads. */
  park(work: Work, shard: Shard): void {
    if (work.type === "message") {
      const pair = pairName(work.fromShard, work.to.shardNumber);
      this.#blockedPairs.set(pair, { works: [], lastNumber: work.number });
    }
    const already = this.#parked.get(work.to.addressText);
    if (already !== undefined && this.#postponed.has(already) && isClients(work)) return this.#refuse([work]);
    this.#length += 1;
    if (already !== undefined) {
      already.works.push(work);
      return;
    }
    const parked: Parked = { target: work.to, works: [work], attempts: 0 };
    this.#parked.set(work.to.addressText, parked);
    const wanted = this.#wanted.get(shard);
    if (wanted === undefined) this.#wanted.set(shard, [parked]);
    else wanted.push(parked);
  }

  /** Starts to load what was parked since the last call: one read per shard. */
  start(): void {
    for (const [shard, wanted] of this.#wanted) this.#begin(shard, wanted);
    this.#wanted.clear();
  }

  /** Gives all waiting work back and forgets what is being loaded. */
  abandon(): readonly Work[] {
    const works = Array.from(this.#parked.values()).flatMap((parked) => parked.works);
    for (const blocked of this.#blockedPairs.values()) works.push(...blocked.works);
    this.#parked.clear();
    this.#postponed.clear();
    this.#length = 0;
    this.#blockedPairs.clear();
    this.#wanted.clear();
    return works;
  }

  /** Gives the work that waits in these shards back, and forgets what is being loaded for them. */
  remove(shards: ReadonlySet<number>): readonly Work[] {
    const works: Work[] = [];
    for (const [name, parked] of this.#parked) {
      if (!shards.has(parked.target.shardNumber)) continue;
      works.push(...parked.works);
      this.#unpark(name, parked);
    }
    for (const [pair, blocked] of this.#blockedPairs) {
      if (!shards.has(receiverOf(pair))) continue;
      works.push(...blocked.works);
      this.#blockedPairs.delete(pair);
    }
    for (const shard of this.#wanted.keys()) if (shards.has(shard.number)) this.#wanted.delete(shard);
    return works;
  }

  #begin(shard: Shard, wanted: readonly Parked[]): void {
    const { failed } = this.#dependencies;
    this.#cells(shard, wanted)
      .then(
        (cells) => this.#loaded(shard, wanted, cells),
        (error: unknown) => this.#unread(shard, wanted, error),
      )
      .catch(failed);
  }

  /** Memory is as it was: an actor that cannot be read takes nothing from the others, which are tried again without it. */
  #unread(shard: Shard, wanted: readonly Parked[], error: unknown): void {
    // A load that was abandoned concerns nobody any more.
    const left = wanted.filter((parked) => this.#awaits(parked));
    const [first] = left;
    if (first !== undefined && (error instanceof OwnershipLost || error instanceof UnknownVersion))
      throw error;
    if (left.length > 1) for (const parked of left) this.#begin(shard, [parked]);
    else if (first !== undefined) this.#postpone(shard, first, error);
  }

  #postpone(shard: Shard, parked: Parked, error: unknown): void {
    const { clock, limits, resume } = this.#dependencies;
    this.#tell(shard, parked, error);
    const refused = parked.works.filter(isClients);
    parked.works = parked.works.filter((work) => !isClients(work));
    this.#length -= refused.length;
    this.#refuse(refused);
    this.#postponed.add(parked);
    const delayMs = Math.min(limits.redeliverAfterMs * 2 ** parked.attempts, RETRY_AFTER_MAX_MS);
    parked.attempts += 1;
    clock.after(delayMs, () => {
      if (!this.#postponed.delete(parked)) return;
      // Whoever asks next has it read again.
      if (parked.works.length === 0) this.#unpark(parked.target.addressText, parked);
      else this.#begin(shard, [parked]);
    });
    resume([]);
  }

  /** A store that is away fails thousands of them. */
  #tell({ number: shard }: Shard, { target, attempts }: Parked, err: unknown): void {
    const { clock, lane, log } = this.#dependencies;
    this.#untold += 1;
    const sinceMs = clock.nowMs() - this.#toldAtMs;
    if (sinceMs >= 0 && sinceMs < TOLD_EVERY_MS) return;
    const fields = { err, lane, shard, address: target.addressText, attempts: attempts + 1 };
    log.warn({ ...fields, failures: this.#untold }, "actors cannot be read; will try again");
    this.#untold = 0;
    this.#toldAtMs = clock.nowMs();
  }

  /** Nothing of it was begun. */
  #refuse(works: readonly Work[]): void {
    const { retryAfterMs } = this.#dependencies.limits;
    const clients = new Unanswered();
    clients.addWorks(works);
    clients.answer({ type: "overloaded", retryAfterMs });
  }

  #loaded(shard: Shard, wanted: readonly Parked[], cells: readonly ActorCell[]): void {
    const resumed: Work[] = [];
    for (const [index, parked] of wanted.entries()) {
      if (!this.#awaits(parked)) continue;
      const { addressText } = parked.target;
      const cell = cells[index] as ActorCell;
      this.#unpark(addressText, parked);
      shard.cells.set(addressText, cell);
      this.#dependencies.activated(cell);
      for (const work of parked.works) this.#release(work, resumed);
    }
    this.#dependencies.resume(resumed);
  }

  #unpark(addressText: string, parked: Parked): void {
    this.#parked.delete(addressText);
    this.#postponed.delete(parked);
    this.#length -= parked.works.length;
  }

  #release(work: Work, resumed: Work[]): void {
    resumed.push(work);
    if (work.type !== "message") return;
    const pair = pairName(work.fromShard, work.to.shardNumber);
    for (const blocked of this.#blockedPairs.get(pair)?.works ?? []) resumed.push(blocked);
    this.#blockedPairs.delete(pair);
  }

  /** False once it was abandoned: the shard has been built anew. */
  #awaits(parked: Parked): boolean {
    return this.#parked.get(parked.target.addressText) === parked;
  }

  async #cells(shard: Shard, wanted: readonly Parked[]): Promise<readonly ActorCell[]> {
    const cells = wanted.map(({ target }) => this.#cell(shard, target));
    await restoreActors(shard, cells, this.#dependencies);
    return cells;
  }

  #cell(shard: Shard, { address, addressText }: Target): ActorCell {
    const decider = this.#dependencies.deciders.get(address.kind);
    assert(decider !== undefined, `no decider for kind ${address.kind}`);
    return new ActorCell(address, addressText, decider, shard);
  }
}
