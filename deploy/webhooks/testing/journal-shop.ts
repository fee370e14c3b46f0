import type { InventoryEvent } from "../../../actors/inventory/messages.ts";
import type { Typed } from "../../../engine/contract/decider.ts";
import type { Journal } from "../../../engine/ports/journal.ts";
import type { OrderRecord, ShopRecords } from "../../../engine/ports/shop-records.ts";
import { onHandChange } from "../../../gateway/webhooks/told-product.ts";
import { memoryJournal } from "../../../persistence/memory/journal.ts";

const ORDER: OrderRecord = {
  id: "C~1",
  customer: "ada",
  placedAtMs: 1_000,
  currency: "EUR",
  totalMinor: 2_500,
  taxMinor: 400,
  lines: [
    {
      line: 1,
      sku: "LAMP",
      title: "Lamp",
      quantity: 2,
      unitPriceMinor: 1_250,
      amountMinor: 2_500,
      taxMinor: 400,
    },
  ],
};
/** The shard of orders, and that of products. */
export const SHARDS = [4, 9];

/** A journal of two shards, and the read models of it, as far as they have followed. */
export class JournalShop {
  readonly journal: Journal = memoryJournal();
  readonly #epochs = new Map<number, number>();
  readonly #heads = new Map<number, number>();
  readonly #stock: {
    readonly shard: number;
    readonly seq: number;
    readonly sku: string;
    readonly by: number;
  }[] = [];
  followed = new Map<number, number>();
  /** Orders that the read models lack. */
  readonly lacking = new Set<string>();
  #atMs = 10_000;

  async open(): Promise<this> {
    for (const { shard, epoch, seq } of await this.journal.claim(SHARDS, "owner")) {
      this.#epochs.set(shard, epoch);
      this.#heads.set(shard, seq);
    }
    return this;
  }

  get records(): ShopRecords {
    return {
      followed: async () => this.followed,
      orders: async (_tenant, ids) =>
        new Map(ids.flatMap((id) => (this.lacking.has(id) ? [] : [[id, { ...ORDER, id }] as const]))),
      stock: async () => {
        const onHand = new Map<string, number>();
        for (const { shard, seq, sku, by } of this.#stock)
          if (seq <= (this.followed.get(shard) ?? 0)) onHand.set(sku, (onHand.get(sku) ?? 0) + by);
        return { followed: this.followed, onHand };
      },
      close: async () => undefined,
    };
  }

  /** Commits events of one actor, 100 ms after those before. Returns the segment's number. */
  async commit(
    kind: "order" | "inventory",
    id: string,
    events: readonly Typed[],
    tenant = "shop",
  ): Promise<number> {
    const shard = (kind === "order" ? SHARDS[0] : SHARDS[1]) ?? 0;
    const seq = (this.#heads.get(shard) ?? 0) + 1;
    const epoch = this.#epochs.get(shard) ?? 0;
    this.#atMs += 100;
    const nothing = { sent: [], delivered: [], received: [], called: [], answered: [] };
    const entry = { tenant, kind, id, version: kind === "order" ? 1 : 2, events, keys: [] };
    const body = { atMs: this.#atMs, actors: [entry], ...nothing };
    await this.journal.append([{ shard, seq, epoch, batchId: crypto.randomUUID(), body }]);
    this.#heads.set(shard, seq);
    if (kind === "inventory" && tenant === "shop")
      for (const event of events)
        this.#stock.push({ shard, seq, sku: id, by: onHandChange(event as InventoryEvent) });
    return seq;
  }

  /** The journal, but for one shard that cannot be read. */
  damaged(lost: number): Journal {
    const { journal } = this;
    return {
      ...journal,
      async *read(shard, afterSeq) {
        if (shard === lost) throw new Error(`shard ${lost} is damaged`);
        yield* journal.read(shard, afterSeq);
      },
    };
  }

  /** The read models are where the journal is. */
  follow(): void {
    this.followed = new Map(this.#heads);
  }
}
