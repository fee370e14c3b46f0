import { formatAddress } from "../../engine/contract/address.ts";
import type { AnyDecider } from "../../engine/contract/decider.ts";
import type { ActorEntry } from "../../engine/contract/segment.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import { answers } from "../history/checks/answers.ts";
import { orders } from "../history/checks/orders.ts";
import type { CheckPass } from "../verify/check.ts";
import type { ReadableJournal } from "../verify/verify-journal.ts";
import { Facts, type StockFact } from "../verify/facts.ts";
import { Findings, type Violation } from "../verify/findings.ts";
import { FoldedShard } from "../verify/folded-shard.ts";
import { lineOfHold } from "../verify/hold-id.ts";
import { acknowledgedHistory, type Acknowledgement } from "./acknowledgement.ts";

/** Where the journal stood before a run: number of the last segment by shard. */
export type JournalMark = ReadonlyMap<number, number>;

/** A run, as far as the journal is concerned. */
export interface Run {
  readonly tenant: string;
  readonly skus: readonly string[];
  /** Orders that shoppers were told of. */
  readonly acknowledged: readonly Acknowledgement[];
  readonly deciders: readonly AnyDecider[];
}

/** What the journal says about a run. */
export interface Reconciliation {
  /** Orders for the run's products that are confirmed, and all of whose units were sold to them. */
  readonly confirmedInJournal: number;
  /** Acknowledged orders that are not among these. */
  readonly lost: number;
  /** The first lost ones. */
  readonly lostOrders: readonly string[];
  /** Units sold (and not returned) beyond those received, over the run's products. */
  readonly oversold: number;
  readonly soldUnits: number;
  readonly receivedUnits: number;
  /** Answers that the journal says otherwise: other totals, other keys; and sales without a hold. */
  readonly contradicted: number;
  /** The first of them, one sentence each. */
  readonly contradictions: readonly string[];
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
  run: Run,
): Promise<Reconciliation> {
  const tail = new RunTail(run);
  for (const [shard, head] of await journal.heads()) {
    const afterSeq = mark.get(shard) ?? 0;
    if (head === afterSeq) continue;
    tail.openShard(shard);
    for await (const page of journal.read(shard, afterSeq)) page.forEach((segment) => tail.take(segment));
    tail.closeShard();
  }
  return { ...compare(tail.facts, tail.received, run), ...tail.contradictions() };
}

/** What a run wrote into the journal. */
class RunTail {
  readonly facts = new Facts();
  readonly received = new Map<string, number>();
  readonly #tenant: string;
  readonly #skus: ReadonlySet<string>;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #findings = new Findings();
  /** Orders that could not be folded to their end, by address. */
  readonly #unfolded = new Map<string, Violation>();
  readonly #acknowledged: readonly string[];
  readonly #passes: readonly CheckPass[];
  #folded: FoldedShard;

  constructor({ tenant, skus, deciders, acknowledged }: Run) {
    this.#tenant = tenant;
    this.#acknowledged = acknowledged.map(({ reply }) => reply.orderId);
    this.#skus = new Set(skus);
    this.#deciders = new Map(deciders.map((decider) => [decider.kind, decider]));
    this.#folded = new FoldedShard(0, this.#deciders);
    const history = acknowledgedHistory(tenant, acknowledged);
    const evidence = { facts: this.facts, findings: this.#findings };
    this.#passes = [answers(history), orders(history)].map((check) => check.begin(evidence));
  }

  openShard(shard: number): void {
    this.#folded = new FoldedShard(shard, this.#deciders);
  }

  take(segment: Segment): void {
    for (const entry of segment.body.actors) {
      const { kind, tenant, id } = entry;
      const address = formatAddress(entry);
      if (kind === "order") this.#fold(entry, address, segment);
      for (const pass of this.#passes) pass.entry?.(entry, address, segment);
      if (kind !== "inventory" || tenant !== this.#tenant || !this.#skus.has(id)) continue;
      this.facts.entry(entry, address, segment);
      addReceived(this.received, id, entry.events as readonly InventoryEvent[]);
    }
  }

  closeShard(): void {
    this.facts.shardEnd(this.#folded);
    for (const pass of this.#passes) pass.shardEnd?.(this.#folded);
  }

  #fold(entry: ActorEntry, address: string, { shard, seq, body }: Segment): void {
    const detail = this.#folded.fold(entry, address, seq, body.atMs);
    if (detail !== undefined) this.#unfolded.set(address, { address, shard, seq, detail });
  }

  /** An order that cannot be folded to its end may be anything by now; one that began before the run is none of the run's. */
  #checkFolds(): void {
    const sold = this.facts.sales.map(({ orderId }) => orderId);
    for (const orderId of new Set([...this.#acknowledged, ...sold])) {
      const unfolded = this.#unfolded.get(`${this.#tenant}/order/${orderId}`);
      if (unfolded !== undefined) this.#findings.violation(unfolded);
    }
  }

  /** What is sold was held for a line of a cart. */
  #checkHold({ tenant, sku, shard, seq, orderId, holdId = "" }: StockFact): void {
    if (!Number.isNaN(lineOfHold(holdId))) return;
    const detail = `hold "${holdId}" that is sold to ${orderId} is of no line`;
    this.#findings.violation({ address: `${tenant}/inventory/${sku}`, shard, seq, detail });
  }

  contradictions(): Pick<Reconciliation, "contradicted" | "contradictions"> {
    for (const pass of this.#passes) pass.end?.();
    this.#checkFolds();
    for (const sale of this.facts.sales) this.#checkHold(sale);
    const { violationCount, examples } = this.#findings;
    return {
      contradicted: violationCount,
      contradictions: examples.map(({ address = "", detail }) => `${address}: ${detail}`),
    };
  }
}

function compare(
  facts: Facts,
  received: ReadonlyMap<string, number>,
  run: Run,
): Omit<Reconciliation, "contradicted" | "contradictions"> {
  const acknowledged = run.acknowledged.map(({ reply }) => reply.orderId);
  const sold = new Map<string, number>();
  for (const { sku, quantity } of facts.sales) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  for (const { sku, quantity } of facts.returns) sold.set(sku, (sold.get(sku) ?? 0) - quantity);
  const confirmed = confirmedOrders(facts);
  const lostOrders = acknowledged.filter((orderId) => !confirmed.has(orderId));
  // An order that two shoppers were told of would hide a lost one.
  const repeated = acknowledged.length - new Set(acknowledged).size;
  const over = run.skus.map((sku) => Math.max(0, (sold.get(sku) ?? 0) - (received.get(sku) ?? 0)));
  return {
    confirmedInJournal: confirmed.size,
    lost: lostOrders.length + repeated,
    lostOrders: lostOrders.slice(0, LOST_EXAMPLES_MAX),
    oversold: over.reduce((total, units) => total + units, 0),
    soldUnits: sum(sold.values()),
    receivedUnits: sum(received.values()),
  };
}

/** Orders that are confirmed and got every line that they hold: without its units, a confirmation is an empty promise. */
function confirmedOrders(facts: Facts): ReadonlySet<string> {
  const soldUnits = new Map<string, number>();
  for (const { orderId, holdId = "", quantity } of facts.sales) {
    const line = `${orderId} ${lineOfHold(holdId)}`;
    soldUnits.set(line, (soldUnits.get(line) ?? 0) + quantity);
  }
  const confirmed = new Set<string>();
  for (const { tenant, orderId } of facts.sales) {
    const order = facts.orders.get(`${tenant}/order/${orderId}`);
    if (order?.status !== "confirmed" && order?.status !== "captured") continue;
    if (order.lines.every(({ line, quantity }) => soldUnits.get(`${orderId} ${line}`) === quantity))
      confirmed.add(orderId);
  }
  return confirmed;
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
