import type { Typed } from "../contract/decider.ts";
import type { ActorEntry, PlacedCall, SegmentBody, SentMessage } from "../contract/segment.ts";
import type { Segment } from "../ports/journal.ts";
import type { Answer } from "../ports/dispatcher.ts";
import { ANSWER, type Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { ActorCell, Caller } from "./actor-cell.ts";
import type { RememberedKey } from "./key-memory.ts";
import type { Shard } from "./shard.ts";
import { pairName, type ViewWork } from "./work.ts";

/** What has happened to one actor in a batch. */
class ActorDraft {
  readonly events: Typed[] = [];
  /** Made when the first key comes: most actors of a batch have none. */
  #keys: Set<RememberedKey> | undefined;

  /** Stores a key with this batch, at the place of its newest change: folding goes in the same order. */
  record(remembered: RememberedKey): void {
    this.#keys ??= new Set();
    this.#keys.delete(remembered);
    this.#keys.add(remembered);
  }

  toEntry({ address, decider }: ActorCell): ActorEntry {
    const { tenant, kind, id } = address;
    // Copied: a key that is open now is settled in place by a later batch.
    const keys = this.#keys === undefined ? [] : Array.from(this.#keys, (remembered) => ({ ...remembered }));
    return { tenant, kind, id, version: decider.version, events: this.events, keys };
  }
}

const NONE: readonly never[] = [];

/** The segment of one shard while it fills. */
export class ShardDraft {
  readonly shard: Shard;
  readonly actors = new Map<ActorCell, ActorDraft>();
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

  actor(cell: ActorCell): ActorDraft {
    let draft = this.actors.get(cell);
    if (draft === undefined) {
      draft = new ActorDraft();
      this.actors.set(cell, draft);
    }
    return draft;
  }

  /** A command that came to nothing leaves no trace; then the shard needs no segment. */
  get empty(): boolean {
    return (
      this.actors.size === 0 &&
      this.#sent === undefined &&
      this.#received === undefined &&
      this.#answered === undefined &&
      this.#called === undefined
    );
  }

  get eventCount(): number {
    let count = 0;
    for (const draft of this.actors.values()) count += draft.events.length;
    return count;
  }

  toBody(atMs: number): SegmentBody {
    return {
      atMs,
      actors: Array.from(this.actors, ([cell, draft]) => draft.toEntry(cell)),
      sent: this.sent,
      delivered: this.shard.unrecordedDeliveries.size === 0 ? NONE : [...this.shard.unrecordedDeliveries],
      received: this.#received === undefined ? NONE : [...this.#received],
      called: this.called,
      answered: this.#answered ?? NONE,
    };
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
  readonly drafts = new Map<Shard, ShardDraft>();
  readonly outputs: Output[] = [];
  readonly viewRequests: ViewRequest[] = [];
  /** Messages that came again: the senders are told once more, `[from, to, number]` by pair. */
  readonly repeated = new Map<number, readonly [fromShard: number, toShard: number, number: number]>();
  /** Pieces of work taken. */
  decisions = 0;
  /** Changes that are to be stored: events, settled keys, messages and calls. */
  effects = 0;
  /** The newest look at the clock; deadlines are held against it. */
  seenAtMs: number;

  constructor(id: string, atMs: number) {
    this.id = id;
    this.atMs = atMs;
    this.seenAtMs = atMs;
  }

  get eventCount(): number {
    let count = 0;
    for (const draft of this.drafts.values()) count += draft.eventCount;
    return count;
  }

  draft(shard: Shard): ShardDraft {
    let draft = this.drafts.get(shard);
    if (draft === undefined) {
      draft = new ShardDraft(shard);
      this.drafts.set(shard, draft);
    }
    return draft;
  }

  /** Remembers to tell a sender again what has long been received. */
  repeat(fromShard: number, toShard: number, number: number): void {
    this.repeated.set(pairName(fromShard, toShard), [fromShard, toShard, number]);
  }

  /** Turns the drafts into numbered segments; the shards go on from there. */
  seal(): readonly Segment[] {
    const drafts = [...this.drafts.values()].filter((draft) => !draft.empty);
    return drafts.map((draft) => {
      const { shard } = draft;
      const body = draft.toBody(this.atMs);
      shard.seq += 1;
      shard.atMs = this.atMs;
      shard.grow(draft.eventCount);
      shard.unrecordedDeliveries.clear();
      return { shard: shard.number, seq: shard.seq, epoch: shard.epoch, batchId: this.id, body };
    });
  }
}
