import type { Typed } from "../contract/decider.ts";
import type { ActorEntry, PlacedCall, SegmentBody, SentMessage } from "../contract/segment.ts";
import type { Segment } from "../ports/journal.ts";
import type { Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { RememberedKey } from "./key-memory.ts";
import type { Shard } from "./shard.ts";
import { pairName } from "./work.ts";

/** What has happened to one actor in a batch. */
interface ActorDraft {
  readonly events: Typed[];
  readonly keys: Set<RememberedKey>;
}

/** The segment of one shard while it fills. */
export class ShardDraft {
  readonly shard: Shard;
  readonly actors = new Map<ActorCell, ActorDraft>();
  readonly sent: SentMessage[] = [];
  readonly received = new Map<number, number>();
  readonly called: PlacedCall[] = [];
  readonly answered: number[] = [];

  constructor(shard: Shard) {
    this.shard = shard;
  }

  actor(cell: ActorCell): ActorDraft {
    let draft = this.actors.get(cell);
    if (draft === undefined) {
      draft = { events: [], keys: new Set() };
      this.actors.set(cell, draft);
    }
    return draft;
  }

  /** A command that came to nothing leaves no trace; then the shard needs no segment. */
  get empty(): boolean {
    return (
      this.actors.size === 0 &&
      this.sent.length === 0 &&
      this.received.size === 0 &&
      this.answered.length === 0 &&
      this.called.length === 0
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
      actors: Array.from(this.actors, ([cell, draft]) => toEntry(cell, draft)),
      sent: this.sent,
      delivered: [...this.shard.unrecordedDeliveries],
      received: [...this.received],
      called: this.called,
      answered: this.answered,
    };
  }
}

function toEntry(cell: ActorCell, draft: ActorDraft): ActorEntry {
  const { tenant, kind, id } = cell.address;
  return {
    tenant,
    kind,
    id,
    version: cell.decider.version,
    events: draft.events,
    // Copied: a key that is open now is settled in place by a later batch.
    keys: Array.from(draft.keys, (remembered) => ({ ...remembered })),
  };
}

/** Something that leaves the lane once the batch is durable. */
export interface Output {
  readonly link: Link;
  readonly item: Item;
}

/** Somebody who asked for an actor's view; it is taken when the batch is sealed. */
export interface ViewRequest {
  readonly link: Link;
  readonly correlation: number;
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
  decisions = 0;

  constructor(id: string, atMs: number) {
    this.id = id;
    this.atMs = atMs;
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
      if (shard.tailEvents === 0) shard.tailSinceMs = this.atMs;
      shard.tailEvents += draft.eventCount + 1;
      shard.unrecordedDeliveries.clear();
      return { shard: shard.number, seq: shard.seq, epoch: shard.epoch, batchId: this.id, body };
    });
  }
}
