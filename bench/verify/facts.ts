import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import type { OrderStatus, OrderView } from "../../actors/order/messages.ts";
import type { ActorEntry } from "../../engine/contract/segment.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import type { FoldedShard } from "./folded-shard.ts";

/** An order as its fold ends, without what nobody compares. */
export interface OrderFact {
  readonly shard: number;
  readonly seq: number;
  readonly status: OrderStatus;
  readonly lines: readonly OrderLineFact[];
}

/** One line of an order. */
export interface OrderLineFact {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
}

/** Units that left the shelf for an order, or came back from it. */
export interface StockFact {
  readonly shard: number;
  readonly seq: number;
  readonly tenant: string;
  readonly sku: string;
  readonly orderId: string;
  /** Present on sales. */
  readonly holdId?: string;
  readonly quantity: number;
}

/** How far two shards have got with the messages from the first to the second. */
export interface PairFact {
  sent: number;
  received: number;
  delivered: number;
}

/**
 * What several checks join over shards. It holds a few hundred bytes for each order line and nothing for each
 * event, so that a journal of millions of events fits.
 */
export class Facts {
  /** By `tenant/order/id`. */
  readonly orders = new Map<string, OrderFact>();
  readonly sales: StockFact[] = [];
  readonly returns: StockFact[] = [];
  /** `tenant/cart/id` of every cart that the journal names. */
  readonly carts = new Set<string>();
  readonly #pairs = new Map<string, PairFact>();

  /** The messages from one shard to another. */
  pair(fromShard: number, toShard: number): PairFact {
    const key = `${fromShard}>${toShard}`;
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const pair = { sent: 0, received: 0, delivered: 0 };
    this.#pairs.set(key, pair);
    return pair;
  }

  /** All pairs that have messages, as `from>to`. */
  get pairs(): Iterable<readonly [name: string, pair: PairFact]> {
    return this.#pairs;
  }

  /** Whether a message from one of the shards to the other is on its way, so that they may differ for now. */
  isTalking(shard: number, other: number): boolean {
    const out = this.pair(shard, other);
    const back = this.pair(other, shard);
    return out.sent > out.received || back.sent > back.received;
  }

  segment(segment: Segment): void {
    for (const message of segment.body.sent) {
      const pair = this.pair(segment.shard, message.toShard);
      pair.sent = Math.max(pair.sent, message.number);
    }
    for (const [source, number] of segment.body.received) {
      const pair = this.pair(source, segment.shard);
      pair.received = Math.max(pair.received, number);
    }
    for (const [target, number] of segment.body.delivered) {
      const pair = this.pair(segment.shard, target);
      pair.delivered = Math.max(pair.delivered, number);
    }
  }

  entry(entry: ActorEntry, addressText: string, segment: Segment): void {
    if (entry.kind === "cart") this.carts.add(addressText);
    if (entry.kind !== "inventory") return;
    const place = { shard: segment.shard, seq: segment.seq, tenant: entry.tenant, sku: entry.id };
    for (const event of entry.events as readonly InventoryEvent[]) {
      if (event.type === "HoldSold") {
        const { orderId, holdId, quantity } = event;
        this.sales.push({ ...place, orderId, holdId, quantity });
      }
      if (event.type === "StockReturned") {
        this.returns.push({ ...place, orderId: event.orderId, quantity: event.quantity });
      }
    }
  }

  shardEnd(folded: FoldedShard): void {
    for (const [addressText, actor] of folded.ofKind("order")) {
      const view = actor.decider.view(actor.state) as OrderView | undefined;
      if (view === undefined) continue;
      const lines = view.lines.map(({ line, sku, quantity }) => ({ line, sku, quantity }));
      this.orders.set(addressText, { shard: folded.shard, seq: actor.seq, status: view.status, lines });
    }
  }
}
