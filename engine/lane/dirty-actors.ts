import type { ActorCell } from "./actor-cell.ts";

/** The actors of one shard that changed since its last checkpoint, in the order of their first change. */
export class DirtyActors implements Iterable<ActorCell> {
  #cells: ActorCell[] = [];

  has(cell: ActorCell): boolean {
    return cell.dirty;
  }

  add(cell: ActorCell): void {
    if (cell.dirty) return;
    cell.dirty = true;
    this.#cells.push(cell);
  }

  clear(): void {
    for (const cell of this.#cells) cell.dirty = false;
    this.#cells = [];
  }

  [Symbol.iterator](): Iterator<ActorCell> {
    return this.#cells.values();
  }
}
