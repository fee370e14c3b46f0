import type { ActorCell } from "./actor-cell.ts";
import type { Residents } from "./residents.ts";

/**
 * The activated actors of one shard by address. An actor that leaves knows it, so that nobody uses it by mistake, and is
 * forgotten by the target that had it, so that its memory is free.
 */
export class Cells extends Map<string, ActorCell> {
  #residents: Residents | undefined;

  /** From now on these actors count among all that the lane has in memory. */
  join(residents: Residents): void {
    this.#residents = residents;
    for (const cell of this.values()) residents.add(cell);
  }

  override set(addressText: string, cell: ActorCell): this {
    cell.activated = true;
    this.#residents?.add(cell);
    return super.set(addressText, cell);
  }

  override delete(addressText: string): boolean {
    const cell = this.get(addressText);
    if (cell !== undefined) this.#leave(cell);
    return super.delete(addressText);
  }

  override clear(): void {
    for (const cell of this.values()) this.#leave(cell);
    super.clear();
  }

  #leave(cell: ActorCell): void {
    this.#residents?.remove(cell);
    cell.activated = false;
    if (cell.target?.cell === cell) cell.target.cell = undefined;
    cell.target = undefined;
  }
}
