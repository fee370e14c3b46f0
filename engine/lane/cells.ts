import type { ActorCell } from "./actor-cell.ts";

/** The activated actors of one shard by address. An actor that leaves knows it, so that nobody uses it by mistake. */
export class Cells extends Map<string, ActorCell> {
  override set(addressText: string, cell: ActorCell): this {
    cell.activated = true;
    return super.set(addressText, cell);
  }

  override delete(addressText: string): boolean {
    const cell = this.get(addressText);
    if (cell !== undefined) cell.activated = false;
    return super.delete(addressText);
  }

  override clear(): void {
    for (const cell of this.values()) cell.activated = false;
    super.clear();
  }
}
