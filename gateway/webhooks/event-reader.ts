import type { InventoryEvent } from "../../actors/inventory/messages.ts";
import type { OrderEvent } from "../../actors/order/messages.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Journal, Segment } from "../../engine/ports/journal.ts";
import type { OrderRecord, ShopRecords } from "../../engine/ports/shop-records.ts";
import type { EndpointStep, NewEndpoint, OutgoingEvent } from "../../engine/ports/webhook-store.ts";
import { cloudEventText, eventIdOf, eventSource, type EventPlace } from "./cloud-event.ts";
import { OnHand } from "./on-hand.ts";
import type { ShopEvent } from "./shop-event.ts";
import { toldOrder, toldOrderType } from "./told-order.ts";
import { toldProduct } from "./told-product.ts";
import type { WebhookLimits } from "./webhook-limits.ts";

/** What an endpoint's events are read from. */
export interface EventSources {
  readonly journal: Journal;
  readonly records: ShopRecords;
  /** Of the database: in the `source` of every event. */
  readonly shopId: string;
  readonly limits: Pick<WebhookLimits, "eventsPerRoundMax" | "eventsPerShardMax" | "segmentsPerRoundMax">;
}

/** What a read has found. */
export interface ReadEvents {
  /** In the order of their shards and segments. */
  readonly events: readonly OutgoingEvent[];
  /** Whether more is there. */
  readonly isBehind: boolean;
  /** The time of the oldest segment that was read; undefined when none was. */
  readonly oldestAtMs: number | undefined;
  /** Shards that could not be read, with the reason; they hold up no other. */
  readonly faults: ReadonlyMap<number, unknown>;
}

/** An event of the journal that is told, before its order is looked up. */
type Draft = { readonly place: EventPlace; readonly atMs: number } & (
  | { readonly kind: "order"; readonly orderId: string; readonly event: OrderEvent }
  | { readonly kind: "product"; readonly told: ShopEvent }
);

/**
 * Reads what one endpoint is to be told from the journal, behind its positions, as far as the read models have followed: they have
 * what an order was placed with. Everything is derived from what is committed, so that reading again gives the same events.
 */
export class EventReader {
  readonly #sources: EventSources;
  readonly #endpoint: Pick<NewEndpoint, "tenant" | "types">;
  readonly #onHand: OnHand | undefined;
  /** Shards of which nothing more is told, with the reason. */
  readonly #leftOut: Map<number, unknown>;
  readonly #signal: AbortSignal;
  readonly #stored: Map<number, number>;
  readonly #read: Map<number, number>;
  /** Where the next round begins, so that every shard gets its turn. */
  #firstShard = 0;

  private constructor(
    sources: EventSources,
    endpoint: Pick<NewEndpoint, "tenant" | "types">,
    positions: ReadonlyMap<number, number>,
    { onHand, signal }: { readonly onHand: OnHand | undefined; readonly signal: AbortSignal },
  ) {
    this.#sources = sources;
    this.#endpoint = endpoint;
    this.#onHand = onHand;
    this.#leftOut = new Map(onHand?.uncounted);
    this.#signal = signal;
    this.#stored = new Map(positions);
    this.#read = new Map(positions);
  }

  /**
   * Whoever aborts the signal waits no longer than one page of the journal takes.
   * @throws {RecordsBehind} of `on-hand.ts`
   */
  static async open(
    sources: EventSources,
    endpoint: Pick<NewEndpoint, "tenant" | "types">,
    positions: ReadonlyMap<number, number>,
    signal: AbortSignal,
  ): Promise<EventReader> {
    const { tenant, types } = endpoint;
    const isToldOfProducts = types.some((type) => type.startsWith("product."));
    const onHand = isToldOfProducts ? await OnHand.at(positions, { ...sources, tenant, signal }) : undefined;
    return new EventReader(sources, endpoint, positions, { onHand, signal });
  }

  /**
   * Whether shards are left out for as long as this reader is used: their units on hand could not be worked out, or the read models
   * lack one of their orders.
   */
  get leavesOut(): boolean {
    return this.#leftOut.size > 0;
  }

  /** The next events, at most so many and within the limits of a round. */
  async next(eventsMax: number): Promise<ReadEvents> {
    const { records, limits } = this.#sources;
    const followed = await records.followed();
    const behind = [...followed].flatMap(([shard, seq]) => (seq > this.#position(shard) ? [shard] : []));
    const drafts: Draft[] = [];
    let segments = 0;
    let oldestAtMs: number | undefined;
    const faults = new Map<number, unknown>();
    const readable = behind.filter((shard) => !this.#leftOut.has(shard));
    for (const shard of this.#inTurn(readable)) {
      const room = Math.min(eventsMax, limits.eventsPerRoundMax) - drafts.length;
      if (room <= 0 || segments >= limits.segmentsPerRoundMax || this.#signal.aborted) break;
      this.#firstShard = shard + 1;
      const lastSeq = followed.get(shard) ?? 0;
      const bounds = {
        lastSeq,
        eventsMax: Math.min(room, limits.eventsPerShardMax),
        segmentsMax: limits.segmentsPerRoundMax - segments,
      };
      try {
        const taken = await this.#take(shard, bounds, drafts);
        segments += taken.segments;
        oldestAtMs = Math.min(oldestAtMs ?? Number.POSITIVE_INFINITY, taken.firstAtMs);
      } catch (error) {
        // Of what was read before it nothing is lost: the position is behind the last segment that was taken whole.
        faults.set(shard, error);
      }
    }
    const events = await this.#events(drafts);
    for (const [shard, reason] of this.#leftOut) faults.set(shard, reason);
    const isBehind = readable.some(
      (shard) => !faults.has(shard) && this.#position(shard) < (followed.get(shard) ?? 0),
    );
    return { events, isBehind, oldestAtMs, faults };
  }

  /** From what is stored to what was read. */
  steps(): readonly EndpointStep[] {
    return [...this.#read].flatMap(([shard, newSeq]) => {
      const oldSeq = this.#stored.get(shard) ?? 0;
      return newSeq > oldSeq ? [{ shard, oldSeq, newSeq }] : [];
    });
  }

  /** The steps are stored. */
  stepped(steps: readonly EndpointStep[]): void {
    for (const { shard, newSeq } of steps) this.#stored.set(shard, newSeq);
  }

  /** Takes a shard's next segments; the last one whole, although it may have more events than there is room for. */
  async #take(
    shard: number,
    { lastSeq, eventsMax, segmentsMax }: { lastSeq: number; eventsMax: number; segmentsMax: number },
    drafts: Draft[],
  ): Promise<{ readonly segments: number; readonly firstAtMs: number }> {
    const draftsMax = drafts.length + eventsMax;
    let segments = 0;
    let firstAtMs = Number.POSITIVE_INFINITY;
    for await (const page of this.#sources.journal.read(shard, this.#position(shard)))
      for (const segment of page) {
        if (segment.seq > lastSeq) return { segments, firstAtMs };
        firstAtMs = Math.min(firstAtMs, segment.body.atMs);
        this.#draft(segment, drafts);
        this.#read.set(shard, segment.seq);
        segments += 1;
        if (drafts.length >= draftsMax || segments >= segmentsMax) return { segments, firstAtMs };
      }
    return { segments, firstAtMs };
  }

  #draft({ shard, seq, batchId, body }: Segment, drafts: Draft[]): void {
    const { tenant, types } = this.#endpoint;
    let ordinal = -1;
    for (const entry of body.actors)
      for (const typed of entry.events) {
        ordinal += 1;
        if (entry.tenant !== tenant) continue;
        const at = { place: { shard, seq, ordinal, batchId }, atMs: body.atMs };
        if (entry.kind === "order") {
          const event = typed as OrderEvent;
          const type = toldOrderType(event);
          if (type !== undefined && types.includes(type))
            drafts.push({ ...at, kind: "order", orderId: entry.id, event });
        } else if (entry.kind === "inventory" && this.#onHand !== undefined) {
          const { before, after } = this.#onHand.count(entry.id, typed as InventoryEvent);
          const told = toldProduct(entry.id, before, after);
          if (told !== undefined && types.includes(told.type)) drafts.push({ ...at, kind: "product", told });
        }
      }
  }

  async #events(drafts: readonly Draft[]): Promise<readonly OutgoingEvent[]> {
    const ids = new Set(drafts.flatMap((draft) => (draft.kind === "order" ? [draft.orderId] : [])));
    const orders =
      ids.size === 0 ? new Map() : await this.#sources.records.orders(this.#endpoint.tenant, [...ids]);
    for (const draft of drafts)
      if (draft.kind === "order" && !orders.has(draft.orderId)) this.#leaveOut(draft.place, draft.orderId);
    return drafts
      .filter(({ place: { shard, seq } }) => seq <= this.#position(shard))
      .map((draft) => this.#eventOf(draft, orders));
  }

  /** Of a shard nothing is told from the segment on that has an order which the read models lack: they may be being built anew. */
  #leaveOut({ shard, seq }: EventPlace, orderId: string): void {
    if (this.#leftOut.has(shard)) return;
    this.#leftOut.set(shard, new Error(`the read models do not know the order ${orderId}`));
    this.#read.set(shard, seq - 1);
  }

  #eventOf(draft: Draft, orders: ReadonlyMap<string, OrderRecord>): OutgoingEvent {
    const told = draft.kind === "product" ? draft.told : toldOf(draft, orders);
    const { place, atMs } = draft;
    const id = eventIdOf(place);
    const source = eventSource(this.#sources.shopId, this.#endpoint.tenant);
    const { type, subject } = told;
    const { shard, seq, ordinal } = place;
    const body = cloudEventText(told, { id, source, occurredAtMs: atMs });
    return { id, shard, seq, ordinal, type, subject, occurredAtMs: atMs, body };
  }

  #inTurn(shards: readonly number[]): readonly number[] {
    const sorted = shards.toSorted((left, right) => left - right);
    const start = sorted.findIndex((shard) => shard >= this.#firstShard);
    return start <= 0 ? sorted : [...sorted.slice(start), ...sorted.slice(0, start)];
  }

  #position(shard: number): number {
    return this.#read.get(shard) ?? 0;
  }
}

function toldOf(
  { orderId, event }: Extract<Draft, { kind: "order" }>,
  orders: ReadonlyMap<string, OrderRecord>,
): ShopEvent {
  const order = orders.get(orderId);
  assert(order !== undefined, "an order that is told is known", orderId);
  const told = toldOrder(event, order);
  assert(told !== undefined, "an event with a type is told", event.type);
  return told;
}
