import type { Address } from "../../engine/contract/address.ts";
import type { AnyDecider } from "../../engine/contract/decider.ts";
import type { ActorEntry } from "../../engine/contract/segment.ts";

/** One actor as its own decider folds it from its first event. */
export interface FoldedActor {
  readonly address: Address;
  readonly decider: AnyDecider;
  state: unknown;
  /** Number of the last segment that had events of this actor. */
  seq: number;
  /** Its fold met a broken invariant: the state stops there. */
  broken: boolean;
}

/** All actors of one shard, folded as far as the journal has been read. */
export class FoldedShard {
  readonly shard: number;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #actors = new Map<string, FoldedActor>();

  constructor(shard: number, deciders: ReadonlyMap<string, AnyDecider>) {
    this.shard = shard;
    this.#deciders = deciders;
  }

  get actorCount(): number {
    return this.#actors.size;
  }

  find(addressText: string): FoldedActor | undefined {
    return this.#actors.get(addressText);
  }

  /** All actors with their addresses as text, in order of their first event. */
  all(): Iterable<readonly [addressText: string, actor: FoldedActor]> {
    return this.#actors;
  }

  /** The actors of one kind with their addresses as text, in order of their first event. */
  *ofKind(kind: string): Iterable<readonly [addressText: string, actor: FoldedActor]> {
    for (const pair of this.#actors) if (pair[1].address.kind === kind) yield pair;
  }

  /** Folds one entry. Returns why it cannot be folded, where that is so. */
  fold(entry: ActorEntry, addressText: string, seq: number, atMs: number): string | undefined {
    const actor = this.#actors.get(addressText) ?? this.#activate(entry, addressText);
    if (actor === undefined) return `there is no decider for the kind ${entry.kind}`;
    if (actor.broken) return undefined;
    actor.seq = seq;
    if (entry.version !== actor.decider.version) {
      actor.broken = true;
      return `the events have version ${entry.version}, this release knows version ${actor.decider.version}: a newer one wrote them`;
    }
    try {
      for (const event of entry.events) actor.state = actor.decider.evolve(actor.state, event, atMs);
    } catch (error) {
      actor.broken = true;
      return error instanceof Error ? error.message : String(error);
    }
    return undefined;
  }

  #activate(entry: ActorEntry, addressText: string): FoldedActor | undefined {
    const decider = this.#deciders.get(entry.kind);
    if (decider === undefined) return undefined;
    const address = { tenant: entry.tenant, kind: entry.kind, id: entry.id } as Address;
    const actor: FoldedActor = {
      address,
      decider,
      state: decider.initial(address) as unknown,
      seq: 0,
      broken: false,
    };
    this.#actors.set(addressText, actor);
    return actor;
  }
}
