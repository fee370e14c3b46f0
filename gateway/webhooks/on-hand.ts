import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import type { Journal, Segment } from "../../engine/ports/journal.ts";
import type { FollowedShards, ShopRecords } from "../../engine/ports/shop-records.ts";
import { onHandChange } from "./told-product.ts";

/** The read models are behind the place that is asked for; they get there. */
export class RecordsBehind extends Error {
  override readonly name = "RecordsBehind";
}

/** What units on hand are worked out from. */
export interface OnHandSources {
  readonly records: ShopRecords;
  readonly journal: Journal;
  readonly tenant: string;
  /** Aborted when nobody waits for them any more. */
  readonly signal: AbortSignal;
}

/** Units on hand of each product, at the place up to which its shard has been told. */
export class OnHand {
  readonly #units: Map<string, number>;
  readonly #uncounted = new Map<number, unknown>();

  constructor(units: ReadonlyMap<string, number>) {
    this.#units = new Map(units);
  }

  /** Shards that could not be read, with the reason: the units of their products are not known. */
  get uncounted(): ReadonlyMap<number, unknown> {
    return this.#uncounted;
  }

  /**
   * Those at these positions: what the read models say, less what came between. So no number of units is stored anywhere but in the
   * journal.
   * @throws {RecordsBehind} and once the signal is aborted, since there may be a lot to read.
   */
  static async at(
    positions: ReadonlyMap<number, number>,
    { records, journal, tenant, signal }: OnHandSources,
  ): Promise<OnHand> {
    const { followed, onHand } = await records.stock(tenant);
    const units = new OnHand(onHand);
    assertNotBehind(positions, followed);
    for (const [shard, lastSeq] of followed) {
      const afterSeq = positions.get(shard) ?? 0;
      if (lastSeq <= afterSeq) continue;
      try {
        await units.#takeBack({ journal, tenant, signal }, { shard, afterSeq, lastSeq });
      } catch (error) {
        signal.throwIfAborted();
        units.#uncounted.set(shard, error);
      }
    }
    return units;
  }

  /** Counts an event of a product. Returns the units before and after. */
  count(sku: string, event: InventoryEvent): { readonly before: number; readonly after: number } {
    const before = this.#units.get(sku) ?? 0;
    const after = before + onHandChange(event);
    if (after === 0) this.#units.delete(sku);
    else if (after !== before) this.#units.set(sku, after);
    return { before, after };
  }

  async #takeBack(
    { journal, tenant, signal }: Omit<OnHandSources, "records">,
    { shard, afterSeq, lastSeq }: { shard: number; afterSeq: number; lastSeq: number },
  ): Promise<void> {
    for await (const page of journal.read(shard, afterSeq)) {
      signal.throwIfAborted();
      for (const segment of page) {
        if (segment.seq > lastSeq) return;
        for (const { sku, event } of inventoryEvents(segment, tenant)) {
          const units = (this.#units.get(sku) ?? 0) - onHandChange(event);
          if (units === 0) this.#units.delete(sku);
          else this.#units.set(sku, units);
        }
      }
    }
  }
}

function* inventoryEvents(
  { body }: Segment,
  tenant: string,
): Generator<{ readonly sku: string; readonly event: InventoryEvent }> {
  for (const entry of body.actors)
    if (entry.kind === "inventory" && entry.tenant === tenant)
      for (const event of entry.events) yield { sku: entry.id, event: event as InventoryEvent };
}

function assertNotBehind(positions: ReadonlyMap<number, number>, followed: FollowedShards): void {
  for (const [shard, seq] of positions)
    if ((followed.get(shard) ?? 0) < seq)
      throw new RecordsBehind(`the read models have not followed shard ${shard} to segment ${seq} yet`);
}
