import { assert } from "../contract/assert.ts";
import type { Clock } from "../ports/clock.ts";
import { OwnershipLost, type Claim, type Claimant, type Journal } from "../ports/journal.ts";
import type { LaneLimits } from "./limits.ts";
import type { Roster } from "./roster.ts";

/** What ownership needs of its lane. */
export interface OwnershipDependencies {
  readonly roster: Roster;
  readonly owner: string;
  /** Only what the stored placement gives to it is taken over; undefined: any shard. */
  readonly claimant?: Claimant;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: LaneLimits;
}

/** When the journal was asked: from then on the lane may answer for a while for the shards that it says are the lane's. */
export interface Asked {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Times that the clock had been set back before. */
  readonly setBacks: number;
}

/** Shards that were taken. */
export interface Claimed {
  readonly claims: readonly Claim[];
  readonly asked: Asked;
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
  /** What the clock has said last, and how often that was less than before. */
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #setBacks = 0;
  #asking: Promise<void> | undefined;
  /** Claims of shards that could not be read, by shard: another attempt needs no other, as long as nobody else has them. */
  readonly #unused = new Map<number, Claim>();

  constructor(dependencies: OwnershipDependencies) {
    this.#dependencies = dependencies;
    const { ownershipConfirmedMs, ownershipRenewMs } = dependencies.limits;
    assert(
      ownershipRenewMs * 2 <= ownershipConfirmedMs,
      "ownershipConfirmedMs must be at least twice ownershipRenewMs, or every other answer waits for the database",
    );
  }

  /** Whether the lane may answer from memory now. A clock that was set back says nothing, so it counts as no. */
  isConfirmed(): boolean {
    return this.#isYounger(this.#dependencies.limits.ownershipConfirmedMs);
  }

  /**
   * Takes shards, whoever has them, if the lane may have them; they are the lane's own from {@link join} on. `known` is the last
   * segment by shard that has been read ahead.
   */
  async claim(shards: readonly number[], known: ReadonlyMap<number, number>): Promise<Claimed> {
    const { journal, owner, claimant } = this.#dependencies;
    const asked = this.#asked();
    const kept = await this.#keptOf(shards);
    const others = shards.filter((shard) => !kept.has(shard));
    const claims = others.length === 0 ? [] : await journal.claim(others, owner, claimant, known);
    this.drop(shards);
    return { claims: [...kept.values(), ...claims], asked };
  }

  /** Keeps a claim that nothing came of, for the next time that its shard is claimed. */
  keep(claim: Claim): void {
    this.#unused.set(claim.shard, claim);
  }

  /** These shards are not to be had again without a new claim. */
  drop(shards: readonly number[]): void {
    for (const shard of shards) this.#unused.delete(shard);
  }

  /** Shards join those that the lane owns, which it was told when it asked at this moment. */
  join(asked: Asked): void {
    const isFirst = this.#dependencies.roster.owned.length === 0;
    const askedAtMs = this.#isTimeless(asked) ? Number.NEGATIVE_INFINITY : asked.atMs;
    this.#confirmedAtMs = isFirst ? askedAtMs : Math.min(this.#confirmedAtMs, askedAtMs);
  }

  /**
   * Takes the lane's shards again, to fence what it has in flight.
   * @throws {OwnershipLost} when another owner has one of them.
   */
  async retake(): Promise<readonly Claim[]> {
    const { journal, roster, owner } = this.#dependencies;
    const asked = this.#asked();
    const claims = roster.owned.length === 0 ? [] : await journal.reclaim(roster.owned, owner);
    this.#confirmedAtMs = this.#isTimeless(asked) ? Number.NEGATIVE_INFINITY : asked.atMs;
    return claims;
  }

  /** The lane's shards that another owner has by now. */
  async lost(): Promise<readonly number[]> {
    const { journal, roster, owner } = this.#dependencies;
    const asked = roster.owned;
    const left = new Set(await journal.owned(asked, owner));
    return asked.filter((shard) => !left.has(shard));
  }

  /**
   * Resolves when what is in memory now may be answered.
   * @throws {OwnershipLost} when another owner has one of the shards.
   */
  async confirm(): Promise<void> {
    if (this.#asking !== undefined) await this.#asking;
    // A question that was asked before may have been answered before, and only its reply be late.
    if (!this.isConfirmed()) await this.#ask();
  }

  /** Asks ahead of time when the last answer grows old. Undefined when there is no need. */
  renew(): Promise<void> | undefined {
    const { limits, roster } = this.#dependencies;
    if (this.#asking !== undefined || roster.owned.length === 0) return undefined;
    if (this.#isYounger(limits.ownershipRenewMs)) return undefined;
    return this.#ask();
  }

  /** The kept claims that still hold. One that does not is dropped before a new one is made, whose reply may be lost. */
  async #keptOf(shards: readonly number[]): Promise<ReadonlyMap<number, Claim>> {
    const { journal, owner } = this.#dependencies;
    const asked = shards.filter((shard) => this.#unused.has(shard));
    if (asked.length === 0) return new Map();
    const owned = new Set(await journal.owned(asked, owner));
    this.drop(asked.filter((shard) => !owned.has(shard)));
    return new Map([...this.#unused].filter(([shard]) => owned.has(shard)));
  }

  #ask(): Promise<void> {
    this.#asking = this.#question().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** What the journal says holds for the moment at which it was asked: the reply may have been long under way. */
  async #question(): Promise<void> {
    const { journal, roster, owner } = this.#dependencies;
    for (;;) {
      const { owned, growth } = roster;
      const asked = this.#asked();
      try {
        await journal.confirm(owned, owner);
      } catch (error) {
        // Shards that were let go of since may be another owner's by right, also if they are back by now.
        const isOutdated = growth !== roster.growth || !owned.every((shard) => roster.owns(shard));
        if (error instanceof OwnershipLost && isOutdated) continue;
        throw error;
      }
      if (growth !== roster.growth || this.#isTimeless(asked)) continue;
      this.#confirmedAtMs = asked.atMs;
      return;
    }
  }

  /** Whether the journal's last confirmation is younger than that. Also a clock that was set back by less does not say how old it is. */
  #isYounger(thanMs: number): boolean {
    const ageMs = this.#look() - this.#confirmedAtMs;
    return ageMs >= 0 && ageMs < thanMs;
  }

  #asked(): Asked {
    return { atMs: this.#look(), setBacks: this.#setBacks };
  }

  /** The clock does not say how long ago it was: it has been set back since. */
  #isTimeless({ setBacks }: Asked): boolean {
    this.#look();
    return setBacks !== this.#setBacks;
  }

  /** What the clock says now. Once it is set back, nothing is confirmed that was before. */
  #look(): number {
    const nowMs = this.#dependencies.clock.nowMs();
    if (nowMs < this.#seenAtMs) {
      this.#setBacks += 1;
      this.#confirmedAtMs = Number.NEGATIVE_INFINITY;
    }
    this.#seenAtMs = nowMs;
    return nowMs;
  }
}
