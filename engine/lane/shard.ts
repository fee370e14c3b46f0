import { assert } from "../contract/assert.ts";
import type { PlacedCall, SegmentBody, ShardMemory } from "../contract/segment.ts";
import type { Claim } from "../ports/journal.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { ShardDraft } from "./batch.ts";
import { Cells } from "./cells.ts";
import { eventCountOf } from "./fold.ts";
import { DirtyActors } from "./dirty-actors.ts";
import { KnownActors } from "./known-actors.ts";
import { Outbox } from "./outbox.ts";
import { TimerHeap } from "./timer-heap.ts";

/** One virtual partition as its owner holds it in memory, including what is decided but not yet durable. */
export class Shard {
  readonly number: number;
  /** That of the owner's claim; 0 while another owner has the shard. */
  epoch: number;
  /** Settled idempotency keys that each actor remembers. */
  readonly settledKeysMax: number;
  /** Number of the last segment, sealed ones included. */
  seq: number;
  /** Time of the last segment, milliseconds since the epoch. */
  atMs = 0;
  readonly cells = new Cells();
  /** Actors that changed since the last checkpoint. */
  readonly dirty = new DirtyActors();
  known = new KnownActors();
  /** What the open batch has of this shard. */
  draft: ShardDraft | undefined;
  readonly timers = new TimerHeap();
  readonly outbox = new Outbox();
  /** Highest message number that took effect, per source shard. */
  readonly received = new Map<number, number>();
  /** Deliveries that no segment has recorded yet: `target shard → number`. */
  readonly unrecordedDeliveries = new Map<number, number>();
  /** Calls to the outside that are not answered. */
  readonly calls = new Map<number, PlacedCall>();
  callNumber = 0;
  /** Units of work since the lane has it in memory; see `work-units.ts`. */
  work = 0;
  /** Number of the segment of the last checkpoint, and what has come since. */
  checkpointSeq = 0;
  tailEvents = 0;
  tailSinceMs = 0;

  constructor(claim: Claim, settledKeysMax: number) {
    this.number = claim.shard;
    this.epoch = claim.epoch;
    this.seq = claim.seq;
    this.settledKeysMax = settledKeysMax;
  }

  /** The shard was taken over: it goes on behind the record of that. */
  own({ epoch, seq }: Claim): void {
    this.epoch = epoch;
    this.seq = seq;
  }

  /** What of this shard is stored with a checkpoint, beside the actors. */
  captureMemory(): ShardMemory {
    return {
      outbox: this.outbox.pending(),
      calls: [...this.calls.values()],
      sentNumbers: this.outbox.numbers(),
      receivedNumbers: [...this.received],
      callNumber: this.callNumber,
      atMs: this.atMs,
    };
  }

  restoreMemory(memory: ShardMemory): void {
    for (const message of memory.outbox) this.outbox.restore(message);
    for (const [toShard, number] of memory.sentNumbers) this.outbox.restoreNumber(toShard, number);
    for (const call of memory.calls) this.calls.set(call.number, call);
    for (const [fromShard, number] of memory.receivedNumbers) this.received.set(fromShard, number);
    this.callNumber = memory.callNumber;
    this.atMs = memory.atMs;
  }

  /** Takes in what a segment of the journal says about the shard itself; the actors are folded apart. */
  replay(body: SegmentBody): void {
    // A takeover decides nothing, and its time binds nobody: its owner's clock may have been set back before it served.
    if (body.takeover !== undefined) return;
    assert(body.atMs >= this.atMs, `time falls in shard ${this.number}`);
    this.atMs = body.atMs;
    this.grow(eventCountOf(body));
    for (const message of body.sent) this.outbox.restore(message);
    for (const [toShard, number] of body.delivered) this.outbox.delivered(toShard, number, body.atMs);
    for (const [fromShard, number] of body.received) this.received.set(fromShard, number);
    for (const call of body.called) {
      this.calls.set(call.number, call);
      this.callNumber = call.number;
    }
    for (const number of body.answered) this.calls.delete(number);
  }

  /** An actor was rebuilt because the store has no good snapshot of it: the next checkpoint stores one. */
  repair(cell: ActorCell): void {
    this.dirty.add(cell);
    this.grow(0);
  }

  /** Counts a segment with so many events as one more that recovery would have to read. */
  grow(eventCount: number): void {
    if (this.tailEvents === 0) this.tailSinceMs = this.atMs;
    this.tailEvents += eventCount + 1;
  }
}
