import type { AnyDecider } from "../contract/decider.ts";
import { assert } from "../contract/assert.ts";
import type { Journal } from "../ports/journal.ts";
import type { SnapshotStore, StoredSnapshot } from "../ports/snapshots.ts";
import { ActorCell } from "./actor-cell.ts";
import { foldHistory } from "./fold.ts";
import type { Shard } from "./shard.ts";
import { pairName, type Target, type Work } from "./work.ts";

/** What activation needs of its lane. */
export interface ActivationDependencies {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  /** Work whose actor is there now, in the order in which it came. */
  readonly resume: (works: readonly Work[]) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Brings actors that are not in memory back from their snapshots, and keeps their work waiting meanwhile.
 *
 * Work for other actors goes on; messages of one pair of shards keep their order, because the ones that follow a
 * waiting message wait with it.
 */
export class Activation {
  readonly #dependencies: ActivationDependencies;
  readonly #parked = new Map<string, { readonly target: Target; readonly works: Work[] }>();
  readonly #blockedPairs = new Map<number, Work[]>();
  readonly #wanted = new Map<Shard, Target[]>();

  constructor(dependencies: ActivationDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether this work has to wait behind an earlier message of its pair; if so it is kept. */
  keepsOrder(work: Work): boolean {
    if (work.type !== "message") return false;
    const blocked = this.#blockedPairs.get(pairName(work.fromShard, work.shardNumber));
    blocked?.push(work);
    return blocked !== undefined;
  }

  /** Keeps work for an actor that has to be loaded; {@link start} loads. */
  park(work: Work, shard: Shard): void {
    if (work.type === "message") this.#blockedPairs.set(pairName(work.fromShard, work.shardNumber), []);
    const parked = this.#parked.get(work.addressText);
    if (parked !== undefined) {
      parked.works.push(work);
      return;
    }
    this.#parked.set(work.addressText, { target: work, works: [work] });
    const wanted = this.#wanted.get(shard);
    if (wanted === undefined) this.#wanted.set(shard, [work]);
    else wanted.push(work);
  }

  /** Starts to load what was parked since the last call: one read per shard. */
  start(): void {
    for (const [shard, targets] of this.#wanted) {
      this.#load(shard, targets).catch(this.#dependencies.failed);
    }
    this.#wanted.clear();
  }

  /** Gives all waiting work back and forgets what is being loaded. */
  abandon(): readonly Work[] {
    const works = [...this.#parked.values()].flatMap((parked) => parked.works);
    for (const blocked of this.#blockedPairs.values()) works.push(...blocked);
    this.#parked.clear();
    this.#blockedPairs.clear();
    this.#wanted.clear();
    return works;
  }

  async #load(shard: Shard, targets: readonly Target[]): Promise<void> {
    const snapshots = await this.#dependencies.snapshots.load(
      shard.number,
      targets.map((target) => target.address),
    );
    const byAddress = new Map(
      snapshots.map((stored) => [`${stored.tenant}/${stored.kind}/${stored.id}`, stored]),
    );
    const resumed: Work[] = [];
    for (const target of targets) {
      const cell = await this.#cell(shard, target, byAddress.get(target.addressText));
      const parked = this.#parked.get(target.addressText);
      // Abandoned meanwhile: the shard was loaded anew.
      if (parked === undefined || parked.target !== target) continue;
      shard.cells.set(target.addressText, cell);
      this.#parked.delete(target.addressText);
      for (const work of parked.works) {
        resumed.push(work);
        if (work.type !== "message") continue;
        const pair = pairName(work.fromShard, work.shardNumber);
        resumed.push(...(this.#blockedPairs.get(pair) ?? []));
        this.#blockedPairs.delete(pair);
      }
    }
    this.#dependencies.resume(resumed);
  }

  async #cell(shard: Shard, target: Target, stored: StoredSnapshot | undefined): Promise<ActorCell> {
    const decider = this.#dependencies.deciders.get(target.address.kind);
    assert(decider !== undefined, `no decider for kind ${target.address.kind}`);
    const cell = new ActorCell(target.address, target.addressText, decider, shard);
    if (stored !== undefined) {
      cell.restore(stored.snapshot);
      return cell;
    }
    await foldHistory(shard, [cell], this.#dependencies.journal);
    return cell;
  }
}
