import type { Typed } from "../contract/decider.ts";
import type { ActorEntry, KeyRecord, PlacedCall, SegmentBody, SentMessage } from "../contract/segment.ts";
import type { Segment } from "../ports/journal.ts";
import type { Answer } from "../ports/dispatcher.ts";
import { ANSWER, type Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { ActorCell, Caller } from "./actor-cell.ts";
import { step } from "./footprint.ts";
import type { RememberedKey } from "./key-memory.ts";
import type { Shard } from "./shard.ts";
import { pairName } from "./shard-pair.ts";
import { EVENT_UNITS } from "./work-units.ts";
import type { ViewWork } from "./work.ts";

const NONE: readonly never[] = [];

/** What has happened to one actor in a batch. The actor knows it while the batch is open. */
export class ActorDraft {
  readonly cell: ActorCell;
  readonly events: Typed[] = [];
  /** Made when the first key comes: most actors of a batch have none. */
  #keys: RememberedKey[] | undefined;

  constructor(cell: ActorCell) {
    this.cell = cell;
  }

  /** Stores a key with this batch, at the place of its newest change: folding goes in the same order. */
  record(remembered: RememberedKey): void {
    this.#keys ??= [];
    const earlier = this.#keys.indexOf(remembered);
    if (earlier >= 0) this.#keys.splice(earlier, 1);
    this.#keys.push(remembered);
  }

  toEntry(): ActorEntry {
    const { address, decider } = this.cell;
    const { tenant, kind, id } = address;
    // Copied: a key that is open now is settled in place by a later batch.
    const keys = this.#keys?.map(keyRecord) ?? NONE;
    return { tenant, kind, id, version: decider.version, events: this.events, keys };
  }
}

/** The segment of one shard while it fills. */
export class ShardDraft {
  readonly shard: Shard;
  readonly actors: ActorDraft[] = [];
  // Made when they are first needed: most segments of a busy lane have none of them.
  #sent: SentMessage[] | undefined;
  #received: Map<number, number> | undefined;
  #called: PlacedCall[] | undefined;
  #answered: number[] | undefined;

  constructor(shard: Shard) {
    this.shard = shard;
  }

  get sent(): readonly SentMessage[] {
    return this.#sent ?? NONE;
  }

  /** Messages from other shards that took effect: `[source shard, highest number]`. */
  get received(): Iterable<readonly [shard: number, number: number]> {
    return this.#received ?? NONE;
  }

  get called(): readonly PlacedCall[] {
    return this.#called ?? NONE;
  }

  send(message: SentMessage): void {
    this.#sent ??= [];
    this.#sent.push(message);
  }

  receive(fromShard: number, number: number): void {
    this.#received ??= new Map();
    this.#received.set(fromShard, number);
  }

  call(placed: PlacedCall): void {
    this.#called ??= [];
    this.#called.push(placed);
  }

  answer(callNumber: number): void {
    this.#answered ??= [];
    this.#answered.push(callNumber);
  }

  /** Begins the draft of an actor that has none. */
  add(cell: ActorCell): ActorDraft {
    const draft = new ActorDraft(cell);
    cell.draft = draft;
    this.actors.push(draft);
    this.shard.dirty.add(cell);
    return draft;
  }

  get eventCount(): number {
    let count = 0;
    for (const { events } of this.actors) count += events.length;
    return count;
  }

  toBody(atMs: number): SegmentBody {
    return {
      atMs,
      actors: this.actors.map((draft) => draft.toEntry()),
      sent: this.sent,
      delivered: this.shard.unrecordedDeliveries.size === 0 ? NONE : [...this.shard.unrecordedDeliveries],
      received: this.#received === undefined ? NONE : [...this.#received],
      called: this.called,
      answered: this.#answered ?? NONE,
    };
  }

  /** The batch is sealed: what comes next belongs to another one. */
  close(): void {
    this.shard.draft = undefined;
    for (const { cell } of this.actors) cell.draft = undefined;
  }
}

/** Something that leaves the lane once the batch is durable. */
export interface Output {
  readonly link: Link;
  readonly item: Item;
}

/** The answer to a caller, to leave with a batch. */
export function answer({ link, correlation }: Caller, value: Answer): Output {
  return { link, item: [ANSWER, correlation, value] };
}

/** Somebody who asked for an actor's view; it is taken when the batch is sealed. */
export interface ViewRequest {
  readonly work: ViewWork;
  readonly cell: ActorCell;
}

/** Everything that is decided between two commits: the segments to be, and what waits for them. */
export class Batch {
  readonly id: string;
  /** The time of all its decisions, milliseconds since the epoch. */
  readonly atMs: number;
  readonly drafts: ShardDraft[] = [];
  readonly outputs: Output[] = [];
  #viewRequests: ViewRequest[] = [];
  /** Messages that came again: the senders are told once more, `[from, to, number]` by pair. */
  readonly repeated = new Map<number, readonly [fromShard: number, toShard: number, number: number]>();
  /** Pieces of work taken. */
  decisions = 0;
  /** Events that their kinds want counted, by type. Made when the first one comes. */
  #counted: Map<string, number> | undefined;
  /** Changes that are to be stored: events, settled keys, messages and calls. */
  effects = 0;
  /** Events of the sealed segments. */
  eventCount = 0;
  /** The newest look at the clock; deadlines are held against it. */
  seenAtMs: number;

  constructor(id: string, atMs: number) {
    this.id = id;
    this.atMs = atMs;
    this.seenAtMs = atMs;
  }

  /** Views to be taken when it is sealed. */
  get viewRequests(): readonly ViewRequest[] {
    return this.#viewRequests;
  }

  /** How many events of each type that is counted it holds. */
  get counted(): Iterable<readonly [type: string, count: number]> {
    return this.#counted ?? NONE;
  }

  count(type: string): void {
    this.#counted ??= new Map();
    this.#counted.set(type, (this.#counted.get(type) ?? 0) + 1);
  }

  draft(shard: Shard): ShardDraft {
    if (shard.draft !== undefined) return shard.draft;
    const draft = new ShardDraft(shard);
    shard.draft = draft;
    this.drafts.push(draft);
    return draft;
  }

  actor(cell: ActorCell): ActorDraft {
    return cell.draft ?? this.draft(cell.shard).add(cell);
  }

  /**
   * What the batch stores rests on the memory of these shards, although it has nothing to store for them: it is fenced in all of
   * them. Else an owner that does not know of its successor in one shard could lose for it what it keeps in another: the message
   * that the successor's memory would not have taken for settled.
   */
  restOn(shards: readonly Shard[]): void {
    for (const shard of shards) this.draft(shard);
  }

  /** Has an actor's view taken when the batch is sealed. */
  request(work: ViewWork, cell: ActorCell): void {
    this.#viewRequests.push({ work, cell });
  }

  /** Takes the requests for views of these shards back: when the batch is sealed, nothing of them is in memory any more. */
  withdrawRequests(shards: ReadonlySet<number>): readonly ViewWork[] {
    const isWithdrawn = ({ work }: ViewRequest): boolean => shards.has(work.to.shardNumber);
    const withdrawn = this.#viewRequests.filter(isWithdrawn).map(({ work }) => work);
    if (withdrawn.length > 0)
      this.#viewRequests = this.#viewRequests.filter((request) => !isWithdrawn(request));
    return withdrawn;
  }

  /** Remembers to tell a sender again what has long been received. */
  repeat(fromShard: number, toShard: number, number: number): void {
    this.repeated.set(pairName(fromShard, toShard), [fromShard, toShard, number]);
  }

  /** Turns the drafts into numbered segments; the shards go on from there. */
  seal(): readonly Segment[] {
    const segments: Segment[] = [];
    for (const draft of this.drafts) {
      draft.close();
      segments.push(this.#segment(draft));
    }
    return segments;
  }

  #segment(draft: ShardDraft): Segment {
    const { shard, eventCount } = draft;
    const body = draft.toBody(this.atMs);
    shard.seq += 1;
    for (const { cell } of draft.actors) step(cell, shard.seq, eventCount);
    shard.atMs = this.atMs;
    shard.grow(eventCount);
    shard.work += eventCount * EVENT_UNITS;
    shard.unrecordedDeliveries.clear();
    this.eventCount += eventCount;
    return { shard: shard.number, seq: shard.seq, epoch: shard.epoch, batchId: this.id, body };
  }
}

function keyRecord({ ticket, key, content, outcome }: RememberedKey): KeyRecord {
  return outcome === undefined ? { ticket, key, content } : { ticket, key, content, outcome };
}
