import { assert } from "../../engine/contract/assert.ts";
import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import type { NodeRecord } from "../../engine/ports/node-store.ts";
import type { Operation } from "../../engine/ports/operation-store.ts";
import type { Placement, PlacementChange } from "../../engine/ports/placement-store.ts";

/** Who coordinates, as the lock knows it. */
interface Holder {
  readonly term: number;
  readonly lost: (reason: Error) => void;
}

/** What the stores of one cluster share, as a database is shared. Lives as long as the process. */
export class MemoryCluster {
  readonly nowMs: () => number;
  placement: Placement;
  changes: readonly PlacementChange[] = [];
  readonly nodes = new Map<string, NodeRecord>();
  /** When each node was heard last, milliseconds. */
  readonly heardAtMs = new Map<string, number>();
  /** Greatest number of a start of a node that is forgotten. */
  forgottenIncarnation = 0;
  /** By id, in the order in which they were added. */
  readonly operations = new Map<string, Operation>();
  #term = 0;
  #holder: Holder | undefined;

  constructor(shardCount: number, nowMs: () => number = Date.now) {
    this.nowMs = nowMs;
    this.placement = { version: 0, shards: Array.from({ length: shardCount }, () => undefined) };
  }

  /** Begins a term; undefined while another one lasts. */
  beginTerm(lost: (reason: Error) => void): number | undefined {
    if (this.#holder !== undefined) return undefined;
    this.#term += 1;
    this.#holder = { term: this.#term, lost };
    return this.#term;
  }

  /** The coordinator gives its lock back. */
  endTerm(term: number): void {
    if (this.#holder?.term === term) this.#holder = undefined;
  }

  /** The coordinator loses its lock, as when its connection breaks. */
  breakLock(): void {
    const holder = this.#holder;
    assert(holder !== undefined, "there is a coordinator");
    this.#holder = undefined;
    holder.lost(new Error("the lock of the coordinator was lost with its connection"));
  }

  /** @throws {TermOver} */
  assertTerm(term: number): void {
    if (term !== this.#term) throw new TermOver(`the term ${term} of this coordinator is over`);
  }
}
