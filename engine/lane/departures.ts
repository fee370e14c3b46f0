import type { Activation } from "./activation.ts";
import type { Batch } from "./batch.ts";
import type { CommitStream } from "./commit-stream.ts";
import type { ExternalCalls } from "./external-calls.ts";
import type { LaneLimits } from "./limits.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Roster } from "./roster.ts";
import type { Shard } from "./shard.ts";
import { turnAway } from "./turn-away.ts";
import { Unanswered } from "./unanswered.ts";
import type { Unhurried } from "./unhurried.ts";
import type { Watchers } from "./watchers.ts";

/** What departures need of their lane. */
export interface DeparturesDependencies {
  readonly roster: Roster;
  readonly shards: Map<number, Shard>;
  readonly mailbox: Mailbox;
  readonly activation: Activation;
  readonly unhurried: Unhurried;
  readonly calls: ExternalCalls;
  readonly watchers: Watchers;
  readonly commits: CommitStream;
  readonly limits: LaneLimits;
  /** Commits of unknown fate are being looked for in the journal. */
  readonly recovering: () => boolean;
  readonly planTurn: () => void;
}

/** Shards that leave together. */
interface Departure {
  readonly shards: ReadonlySet<number>;
  /** What was decided before they left, and is not durable yet. */
  readonly batches: Set<Batch>;
  /** Callers of their commands that are still open, by shard. */
  readonly unanswered: ReadonlyMap<number, Unanswered>;
  readonly done: () => void;
}

/**
 * Lets shards go while the lane's others serve on: turns away what waits for them, forgets their memory at once, so that
 * nothing more is decided about them, and is done when everything that was is durable.
 */
export class Departures {
  readonly #dependencies: DeparturesDependencies;
  readonly #underway = new Map<number, Promise<void>>();
  #departures: Departure[] = [];

  constructor(dependencies: DeparturesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Lets those go that are served, or waits for those that are leaving. Resolves when the journal has everything of them. */
  async begin(shards: readonly number[]): Promise<void> {
    const { roster } = this.#dependencies;
    const served = shards.filter((shard) => roster.phaseOf(shard) === "serving");
    if (served.length > 0) this.#begin(new Set(served));
    await Promise.all(shards.map((shard) => this.over(shard)));
  }

  /** Resolves when that shard has left, if it is leaving. */
  async over(shard: number): Promise<void> {
    await this.#underway.get(shard);
  }

  /** A batch is durable and what it had has left. */
  durable(batch: Batch): void {
    if (this.#departures.length === 0) return;
    for (const { batches } of this.#departures) batches.delete(batch);
    this.#finish();
  }

  /** The journal has told what became of everything that was in flight. */
  settled(): void {
    for (const { batches } of this.#departures) batches.clear();
    this.#finish();
  }

  /** Other owners have taken these shards. */
  lose(shards: readonly number[]): void {
    const lost = new Set(shards);
    const { retryAfterMs } = this.#dependencies.limits;
    for (const unanswered of this.#forget(lost).values())
      unanswered.answer({ type: "unknown", retryAfterMs });
    this.#dependencies.roster.remove(lost);
  }

  #begin(shards: ReadonlySet<number>): void {
    const { roster, commits, planTurn } = this.#dependencies;
    for (const shard of shards) roster.leave(shard);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const shard of shards) this.#underway.set(shard, promise);
    const unanswered = this.#forget(shards);
    const batches = new Set(commits.pending);
    this.#departures.push({ shards, batches, unanswered, done: resolve });
    this.#finish();
    planTurn();
  }

  #finish(): void {
    if (this.#dependencies.recovering()) return;
    for (const departure of this.#departures.filter(({ batches }) => batches.size === 0))
      this.#end(departure);
    this.#departures = this.#departures.filter(({ batches }) => batches.size > 0);
  }

  #end({ shards, unanswered, done }: Departure): void {
    const { roster } = this.#dependencies;
    // One that was lost on its way out may be on its way back already.
    roster.remove([...shards].filter((shard) => roster.phaseOf(shard) === "leaving"));
    for (const shard of shards) this.#underway.delete(shard);
    for (const [shard, callers] of unanswered) callers.refer(shard);
    done();
  }

  /** Nothing of these shards is left in memory but what is being appended. Returns who waits for an answer of theirs. */
  #forget(numbers: ReadonlySet<number>): ReadonlyMap<number, Unanswered> {
    const { shards, mailbox, activation, unhurried, calls, watchers, commits } = this.#dependencies;
    const left = new Map<number, Unanswered>();
    turnAway(mailbox.remove(({ to }) => numbers.has(to.shardNumber)));
    turnAway(commits.open?.withdrawRequests(numbers) ?? []);
    turnAway(activation.remove(numbers));
    unhurried.remove(numbers);
    calls.forget(numbers);
    watchers.turnAway(numbers);
    for (const number of numbers) {
      const shard = shards.get(number);
      if (shard === undefined) continue;
      const unanswered = new Unanswered();
      unanswered.addWaiting([shard]);
      left.set(number, unanswered);
      shards.delete(number);
      shard.cells.clear();
    }
    return left;
  }
}
