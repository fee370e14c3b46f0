import type { AnyDecider } from "../contract/decider.ts";
import { assert } from "../contract/assert.ts";
import { ActorCell } from "./actor-cell.ts";
import type { LaneLimits } from "./limits.ts";
import type { Shard } from "./shard.ts";
import { restoreActors, type StoredActorSources } from "./stored-actors.ts";
import { pairName, receiverOf, type MessageWork, type Target, type Work } from "./work.ts";

/** What activation needs of its lane. */
export interface ActivationDependencies extends StoredActorSources {
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly limits: Pick<LaneLimits, "mailboxLengthMax">;
  /** An actor is in memory again. */
  readonly activated: (cell: ActorCell) => void;
  /** Work whose actor is there now, in the order in which it came. */
  readonly resume: (works: readonly Work[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Work that waits for one actor. */
interface Parked {
  readonly target: Target;
  readonly works: Work[];
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
 * waiting message wait with it.
 */
export class Activation {
  readonly #dependencies: ActivationDependencies;
  readonly #parked = new Map<string, Parked>();
  /** Pieces of work of all that are parked. */
  #length = 0;
  readonly #blockedPairs = new Map<number, Blocked>();
  readonly #wanted = new Map<Shard, Parked[]>();

  constructor(dependencies: ActivationDependencies) {
    this.#dependencies = dependencies;
  }

  /** Nobody waits for an actor. */
  get idle(): boolean {
    return this.#parked.size === 0;
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
    this.#length += 1;
    const already = this.#parked.get(work.to.addressText);
    if (already !== undefined) {
      already.works.push(work);
      return;
    }
    const parked: Parked = { target: work.to, works: [work] };
    this.#parked.set(work.to.addressText, parked);
    const wanted = this.#wanted.get(shard);
    if (wanted === undefined) this.#wanted.set(shard, [parked]);
    else wanted.push(parked);
  }

  /** Starts to load what was parked since the last call: one read per shard. */
  start(): void {
    for (const [shard, wanted] of this.#wanted) {
      this.#load(shard, wanted).catch((error: unknown) => {
        // A load that was abandoned concerns nobody any more.
        if (wanted.some((parked) => this.#awaits(parked))) this.#dependencies.failed(error);
      });
    }
    this.#wanted.clear();
  }

  /** Gives all waiting work back and forgets what is being loaded. */
  abandon(): readonly Work[] {
    const works = Array.from(this.#parked.values()).flatMap((parked) => parked.works);
    for (const blocked of this.#blockedPairs.values()) works.push(...blocked.works);
    this.#parked.clear();
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

  async #load(shard: Shard, wanted: readonly Parked[]): Promise<void> {
    const cells = await this.#cells(shard, wanted);
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

  #unpark(addressText: string, { works }: Parked): void {
    this.#parked.delete(addressText);
    this.#length -= works.length;
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
