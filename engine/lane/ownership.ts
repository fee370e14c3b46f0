import { assert } from "../contract/assert.ts";
import type { Clock } from "../ports/clock.ts";
import type { Claim, Journal } from "../ports/journal.ts";
import type { LaneLimits } from "./limits.ts";

/** What ownership needs of its lane. */
export interface OwnershipDependencies {
  readonly shardNumbers: readonly number[];
  readonly owner: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: LaneLimits;
}

/**
 * Whether the lane may still speak for its shards: a lease on reads.
 *
 * Appends need none, the journal's fence decides about them. But an answer that appends nothing (a view, a refusal, a
 * stored reply) would be given from memory by an owner that was paused while another one took over. So the lane answers
 * only when the journal has said within `ownershipConfirmedMs`, counted from when it was asked, that it still owns all its
 * shards. An append does not say that: it touches some of them.
 */
export class Ownership {
  readonly #dependencies: OwnershipDependencies;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(dependencies: OwnershipDependencies) {
    this.#dependencies = dependencies;
    const { ownershipConfirmedMs, ownershipRenewMs } = dependencies.limits;
    assert(
      ownershipRenewMs * 2 <= ownershipConfirmedMs,
      "ownershipConfirmedMs must be at least twice ownershipRenewMs, or every other answer waits for the database",
    );
  }

  /** Whether the lane may answer from memory now. A clock that was set back says nothing, so it counts as no. */
  get isConfirmed(): boolean {
    const { limits } = this.#dependencies;
    return this.#ageMs >= 0 && this.#ageMs < limits.ownershipConfirmedMs;
  }

  /** Takes the shards, whoever has them. */
  take(): Promise<readonly Claim[]> {
    const { journal, shardNumbers, owner } = this.#dependencies;
    return this.#since(() => journal.claim(shardNumbers, owner));
  }

  /**
   * Takes the shards again, to fence what this lane has in flight.
   * @throws {OwnershipLost} when another owner has one of them.
   */
  retake(): Promise<readonly Claim[]> {
    const { journal, shardNumbers, owner } = this.#dependencies;
    return this.#since(() => journal.reclaim(shardNumbers, owner));
  }

  /**
   * Resolves when what is in memory now may be answered.
   * @throws {OwnershipLost} when another owner has one of the shards.
   */
  async confirm(): Promise<void> {
    if (this.#asking !== undefined) await this.#asking;
    // A question that was asked before may have been answered before, and only its reply be late.
    if (!this.isConfirmed) await this.#ask();
  }

  /** Asks ahead of time when the last answer grows old. Undefined when there is no need. */
  renew(): Promise<void> | undefined {
    const { limits } = this.#dependencies;
    if (this.#asking !== undefined) return undefined;
    if (this.#ageMs >= 0 && this.#ageMs < limits.ownershipRenewMs) return undefined;
    return this.#ask();
  }

  #ask(): Promise<void> {
    const { journal, shardNumbers, owner } = this.#dependencies;
    this.#asking = this.#since(() => journal.confirm(shardNumbers, owner)).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  get #ageMs(): number {
    return this.#dependencies.clock.nowMs() - this.#confirmedAtMs;
  }

  /** What the journal says holds for the moment at which it was asked: the reply may have been long under way. */
  async #since<Value>(ask: () => Promise<Value>): Promise<Value> {
    const askedAtMs = this.#dependencies.clock.nowMs();
    const value = await ask();
    this.#confirmedAtMs = askedAtMs;
    return value;
  }
}
