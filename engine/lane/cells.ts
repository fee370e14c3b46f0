import type { ActorCell } from "./actor-cell.ts";

/**
 * The activated actors of one shard by address. An actor that leaves knows it, so that nobody uses it by mistake, and is
 * forgotten by the target that had it, so that its memory is free.
 */
export class Cells extends Map<string, ActorCell> {
  override set(addressText: string, cell: ActorCell): this {
    cell.activated = true;
    return super.set(addressText, cell);
  }

  override delete(addressText: string): boolean {
    const cell = this.get(addressText);
    if (cell !== undefined) leave(cell);
    return super.delete(addressText);
  }

  override clear(): void {
    for (const cell of this.values()) leave(cell);
    super.clear();
  }
}

function leave(cell: ActorCell): void {
  cell.activated = false;
  if (cell.target?.cell === cell) cell.target.cell = undefined;
  cell.target = undefined;
}
