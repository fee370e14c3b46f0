import { laneOf, type Placement } from "../routing/placement.ts";
import type { Clock } from "../ports/clock.ts";
import { DELIVERED, MESSAGE } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { Batch } from "./batch.ts";
import type { ExternalCalls } from "./external-calls.ts";
import type { LaneLimits } from "./limits.ts";
import type { Shard } from "./shard.ts";

/** What release needs of its lane. */
export interface ReleaseDependencies {
  readonly lane: number;
  readonly placement: Placement;
  readonly shards: ReadonlyMap<number, Shard>;
  readonly calls: ExternalCalls;
  readonly clock: Clock;
  readonly limits: LaneLimits;
  /** The link to another lane. */
  readonly peer: (lane: number) => Link;
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
      for (const call of draft.called) this.#dependencies.calls.place(shard.number, call);
    }
    for (const [fromShard, toShard, number] of batch.repeated.values())
      this.#confirm(fromShard, toShard, number);
  }

  /** Answers and views only: what else the batch had comes back with the journal. */
  outputs(batch: Batch): void {
    for (const { link, item } of batch.outputs) link.send(item);
  }

  /** Sends on what the shards' outboxes and open calls hold after a recovery. */
  resume(): void {
    for (const shard of this.#dependencies.shards.values()) {
      for (const toShard of shard.outbox.targets()) this.#messages(shard, toShard);
      for (const call of shard.calls.values()) this.#dependencies.calls.place(shard.number, call);
    }
  }

  /** Repeats messages and calls that have had no answer for too long. */
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
    const link = this.#linkTo(toShard);
    for (const { number, tenant, kind, id, command } of sendable) {
      link.send([MESSAGE, shard.number, toShard, number, tenant, kind, id, command]);
    }
  }

  #confirm(fromShard: number, toShard: number, number: number): void {
    this.#linkTo(fromShard).send([DELIVERED, fromShard, toShard, number]);
  }

  #linkTo(shard: number): Link {
    const { placement, lane, peer, self } = this.#dependencies;
    const owner = laneOf(placement, shard);
    return owner === lane ? self : peer(owner);
  }
}
