import type { ActorCell } from "./actor-cell.ts";

/** Actors in the order in which they came: a linked list through the actors themselves, so that any can leave at once. */
export class CellQueue {
  #oldest: ActorCell | undefined;
  #newest: ActorCell | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get oldest(): ActorCell | undefined {
    return this.#oldest;
  }

  /** Adds an actor that is in no queue. */
  append(cell: ActorCell): void {
    cell.queue = this;
    cell.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = cell;
    else this.#newest.newer = cell;
    this.#newest = cell;
    this.#length += 1;
  }

  /** Takes an actor of this queue out. */
  remove(cell: ActorCell): void {
    if (cell.older === undefined) this.#oldest = cell.newer;
    else cell.older.newer = cell.newer;
    if (cell.newer === undefined) this.#newest = cell.older;
    else cell.newer.older = cell.older;
    cell.older = undefined;
    cell.newer = undefined;
    cell.queue = undefined;
    this.#length -= 1;
  }
}
