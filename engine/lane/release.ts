import type { PlacedCall } from "../contract/segment.ts";
import type { Clock } from "../ports/clock.ts";
import { DELIVERED, MESSAGE, type Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { Batch } from "./batch.ts";
import type { ExternalCalls } from "./external-calls.ts";
import type { LaneLimits } from "./limits.ts";
import type { Ownership } from "./ownership.ts";
import type { Shard } from "./shard.ts";

/** What release needs of its lane. */
export interface ReleaseDependencies {
  readonly shards: ReadonlyMap<number, Shard>;
  readonly calls: ExternalCalls;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly limits: LaneLimits;
  /** Sends to the lane that has a shard which this one does not have. */
  readonly send: (shard: number, item: Item) => void;
  /** The link of the lane to itself, for messages between its shards that could not be delivered within a batch. */
  readonly self: Link;
}

/** Lets go what has waited for its cause to be durable: answers and views, messages, confirmations and calls. */
export class Release {
  readonly #dependencies: ReleaseDependencies;

  constructor(dependencies: ReleaseDependencies) {
    this.#dependencies = dependencies;
  }

  /** Answers and views, then all else of a batch that is durable. */
  batch(batch: Batch): void {
    this.outputs(batch);
    for (const draft of batch.drafts) {
      const { shard } = draft;
      for (const [fromShard, number] of draft.received) this.#confirm(fromShard, shard.number, number);
      for (const message of draft.sent) shard.outbox.markDurable(message.toShard, message.number);
      for (const { toShard } of draft.sent) this.#messages(shard, toShard);
      this.#calls(shard, draft.called);
    }
    for (const [fromShard, toShard, number] of batch.repeated.values())
      this.#confirm(fromShard, toShard, number);
  }

  /** Answers and views only: what else the batch had comes back with the journal. */
  outputs(batch: Batch): void {
    for (const { link, item } of batch.outputs) link.send(item);
  }

  /**
   * Sends on what the outboxes and open calls of shards hold that were read from the journal. If that was so long ago that
   * another owner may have settled the calls, they wait for the next {@link repeat}.
   */
  resume(shards: Iterable<Shard>): void {
    const { calls, ownership } = this.#dependencies;
    for (const shard of shards) {
      for (const toShard of shard.outbox.targets()) this.#messages(shard, toShard);
      if (ownership.isConfirmed()) this.#calls(shard, shard.calls.values());
      else for (const call of shard.calls.values()) calls.placeLater(shard.number, call);
    }
  }

  /** These shards have another owner, who may not have got what is on its way to them: it is sent again. */
  repeatTo(moved: readonly number[]): void {
    for (const shard of this.#dependencies.shards.values()) {
      if (shard.outbox.length === 0) continue;
      for (const toShard of moved) if (shard.outbox.takeBack(toShard)) this.#messages(shard, toShard);
    }
  }

  /** Repeats messages and calls that have had no answer for too long. Called while the lane's ownership is confirmed. */
  repeat(): void {
    const { calls, shards, clock, limits } = this.#dependencies;
    calls.startDue();
    for (const shard of shards.values()) {
      if (shard.outbox.length === 0) continue;
      for (const toShard of shard.outbox.takeStalled(limits.redeliverAfterMs, clock.nowMs())) {
        this.#messages(shard, toShard);
      }
    }
  }

  /** A shard has made the effects of messages from `fromShard` durable: makes room for the next. */
  delivered(fromShard: number, toShard: number, number: number): void {
    const { shards, clock } = this.#dependencies;
    const shard = shards.get(fromShard);
    if (shard === undefined || !shard.outbox.delivered(toShard, number, clock.nowMs())) return;
    // Noted with the shard's next segment; without one, a restart sends again and the receiver drops it.
    shard.unrecordedDeliveries.set(toShard, number);
    this.#messages(shard, toShard);
  }

  #messages(shard: Shard, toShard: number): void {
    const { clock, limits } = this.#dependencies;
    const sendable = shard.outbox.takeSendable(toShard, limits.outboxWindow, clock.nowMs());
    if (sendable.length === 0) return;
    for (const { number, tenant, kind, id, command } of sendable) {
      this.#send(toShard, [MESSAGE, shard.number, toShard, number, tenant, kind, id, command]);
    }
  }

  /** Whoever has a shard that has left makes its calls. */
  #calls(shard: Shard, placed: Iterable<PlacedCall>): void {
    const { shards, calls } = this.#dependencies;
    if (shards.get(shard.number) !== shard) return;
    for (const call of placed) calls.place(shard.number, call);
  }

  #confirm(fromShard: number, toShard: number, number: number): void {
    this.#send(fromShard, [DELIVERED, fromShard, toShard, number]);
  }

  #send(shard: number, item: Item): void {
    const { shards, self, send } = this.#dependencies;
    if (shards.has(shard)) self.send(item);
    else send(shard, item);
  }
}
