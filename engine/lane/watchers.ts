import { VIEW, type ViewItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { Target } from "./work.ts";

/** Which links want to see which actors change. Outlives the actors' own memory. */
export class Watchers {
  readonly #watched = new Map<string, { readonly target: Target; readonly links: Set<Link> }>();

  add(target: Target, link: Link): void {
    const watched = this.#watched.get(target.addressText);
    if (watched === undefined) this.#watched.set(target.addressText, { target, links: new Set([link]) });
    else watched.links.add(link);
  }

  remove(target: Target, link: Link): void {
    const watched = this.#watched.get(target.addressText);
    if (watched === undefined) return;
    watched.links.delete(link);
    if (watched.links.size === 0) this.#watched.delete(target.addressText);
  }

  links(addressText: string): Iterable<Link> {
    return this.#watched.get(addressText)?.links ?? [];
  }

  has(addressText: string): boolean {
    return this.#watched.has(addressText);
  }

  /** Every watched actor with each link that watches it. */
  *all(): Iterable<{ readonly target: Target; readonly link: Link }> {
    for (const { target, links } of this.#watched.values()) {
      for (const link of links) yield { target, link };
    }
  }
}

/** The item that shows an actor. Its offset is the shard's last segment, the one just sealed included. */
export function viewItem(cell: ActorCell, correlation: number): ViewItem {
  const { tenant, kind, id } = cell.address;
  return [VIEW, correlation, tenant, kind, id, cell.shard.epoch, cell.shard.seq, cell.view()];
}
