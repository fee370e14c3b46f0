import { MOVED, VIEW, type ViewItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { Batch } from "./batch.ts";
import type { Target } from "./work.ts";

/** Which links want to see which actors change. Outlives the actors' own memory. */
export class Watchers {
  readonly #watched = new Map<string, { readonly target: Target; readonly links: Set<Link> }>();

  get empty(): boolean {
    return this.#watched.size === 0;
  }

  add(target: Target, link: Link): void {
    const watched = this.#watched.get(target.addressText);
    if (watched === undefined) this.#watched.set(target.addressText, { target, links: new Set([link]) });
    else watched.links.add(link);
  }

  remove(addressText: string, link: Link): void {
    const watched = this.#watched.get(addressText);
    if (watched === undefined) return;
    watched.links.delete(link);
    if (watched.links.size === 0) this.#watched.delete(addressText);
  }

  /**
   * Nobody watches the actors of these shards here any more: each link is told so once. One that does not hear of the shard's next
   * owner would otherwise wait for views for good, above all when the shard comes back here.
   */
  turnAway(shards: ReadonlySet<number>): void {
    const left = new Map<number, Set<Link>>();
    for (const [addressText, { target, links }] of this.#watched) {
      const { shardNumber } = target;
      if (!shards.has(shardNumber)) continue;
      this.#watched.delete(addressText);
      const told = left.get(shardNumber) ?? new Set();
      for (const link of links) told.add(link);
      left.set(shardNumber, told);
    }
    for (const [shard, links] of left) for (const link of links) link.send([MOVED, 0, shard]);
  }

  /** Nobody watches anything over this link any more. */
  forgetLink(link: Link): void {
    for (const addressText of this.#watched.keys()) this.remove(addressText, link);
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

/**
 * Adds to a sealed batch's outputs the views that were asked for, and those of changed actors that are watched. Their
 * offset is the shard's last segment, the one just sealed included.
 */
export function addViews(batch: Batch, watchers: Watchers): void {
  for (const { work, cell } of batch.viewRequests) {
    // An actor that nothing had happened to leaves memory at once; since then it may have come to be.
    const current = cell.shard.cells.get(cell.addressText) ?? cell;
    batch.outputs.push({ link: work.link, item: viewItem(current, work.correlation) });
  }
  if (watchers.empty) return;
  for (const draft of batch.drafts) {
    for (const { cell } of draft.actors) {
      if (!watchers.has(cell.addressText)) continue;
      const item = viewItem(cell, 0);
      for (const link of watchers.links(cell.addressText)) batch.outputs.push({ link, item });
    }
  }
}

function viewItem(cell: ActorCell, correlation: number): ViewItem {
  const { tenant, kind, id } = cell.address;
  return [VIEW, correlation, tenant, kind, id, cell.shard.epoch, cell.shard.seq, cell.view()];
}
