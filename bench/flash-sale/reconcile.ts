import type { AnyDecider } from "../../engine/contract/decider.ts";
import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import type { ReadableJournal } from "../verify/verify-journal.ts";
import { Facts } from "../verify/facts.ts";
import { FoldedShard } from "../verify/folded-shard.ts";

/** Where the journal stood before a run: number of the last segment by shard. */
export type JournalMark = ReadonlyMap<number, number>;

/** What the journal says about a run. */
export interface Reconciliation {
  /** Orders for the run's products that are confirmed. */
  readonly confirmedInJournal: number;
  /** Acknowledged orders that are not there, or not confirmed. */
  readonly lost: number;
  /** The first lost ones. */
  readonly lostOrders: readonly string[];
  /** Units sold (and not returned) beyond those received, over the run's products. */
  readonly oversold: number;
  readonly soldUnits: number;
  readonly receivedUnits: number;
}

const LOST_EXAMPLES_MAX = 10;

/** Remembers where the journal stands. */
export async function markJournal(journal: ReadableJournal): Promise<JournalMark> {
  return new Map(await journal.heads());
}

/**
 * Compares what shoppers were told with the journal since `mark`: the run's products, carts and orders are all younger,
 * so nothing before it matters.
 */
export async function reconcile(
  journal: ReadableJournal,
  mark: JournalMark,
  run: {
    readonly tenant: string;
    readonly skus: readonly string[];
    readonly acknowledged: readonly string[];
    readonly deciders: readonly AnyDecider[];
  },
): Promise<Reconciliation> {
  const skus = new Set(run.skus);
  const facts = new Facts();
  const orderDecider = new Map(run.deciders.map((decider) => [decider.kind, decider]));
  const received = new Map<string, number>();
  for (const [shard, head] of await journal.heads()) {
    const afterSeq = mark.get(shard) ?? 0;
    const folded = new FoldedShard(shard, orderDecider);
    if (head === afterSeq) continue;
    for await (const page of journal.read(shard, afterSeq)) {
      for (const segment of page) {
        for (const entry of segment.body.actors) {
          const isOurs = entry.kind === "inventory" && entry.tenant === run.tenant && skus.has(entry.id);
          const address = `${entry.tenant}/${entry.kind}/${entry.id}`;
          if (entry.kind === "order") folded.fold(entry, address, segment.seq, segment.body.atMs);
          if (!isOurs) continue;
          facts.entry(entry, address, segment);
          addReceived(received, entry.id, entry.events as readonly InventoryEvent[]);
        }
      }
    }
    facts.shardEnd(folded);
  }
  return compare(facts, received, run);
}

function compare(
  facts: Facts,
  received: ReadonlyMap<string, number>,
  run: {
    readonly tenant: string;
    readonly skus: readonly string[];
    readonly acknowledged: readonly string[];
  },
): Reconciliation {
  const sold = new Map<string, number>();
  for (const { sku, quantity } of facts.sales) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  for (const { sku, quantity } of facts.returns) sold.set(sku, (sold.get(sku) ?? 0) - quantity);
  const confirmed = new Set<string>();
  for (const { tenant, orderId } of facts.sales) {
    const status = facts.orders.get(`${tenant}/order/${orderId}`)?.status;
    if (status === "confirmed" || status === "captured") confirmed.add(orderId);
  }
  const lostOrders = run.acknowledged.filter((orderId) => !confirmed.has(orderId));
  // An order that two shoppers were told of would hide a lost one.
  const repeated = run.acknowledged.length - new Set(run.acknowledged).size;
  const over = run.skus.map((sku) => Math.max(0, (sold.get(sku) ?? 0) - (received.get(sku) ?? 0)));
  return {
    confirmedInJournal: confirmed.size,
    lost: lostOrders.length + repeated,
    lostOrders: lostOrders.slice(0, LOST_EXAMPLES_MAX),
    oversold: over.reduce((sum, units) => sum + units, 0),
    soldUnits: sum(sold.values()),
    receivedUnits: sum(received.values()),
  };
}

function addReceived(received: Map<string, number>, sku: string, events: readonly InventoryEvent[]): void {
  for (const event of events) {
    if (event.type !== "StockReceived" && event.type !== "StockAdjusted") continue;
    received.set(sku, (received.get(sku) ?? 0) + event.quantity);
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
