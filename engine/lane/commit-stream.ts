import type { Entropy } from "../ports/entropy.ts";
import type { Journal, Segment } from "../ports/journal.ts";
import { Batch } from "./batch.ts";
import type { Captured } from "./checkpointer.ts";
import type { LaneTime } from "./lane-time.ts";
import type { LaneLimits } from "./limits.ts";
import type { Ownership } from "./ownership.ts";
import type { LaneCounters } from "./lane-counters.ts";
import { addViews, type Watchers } from "./watchers.ts";
import { EVENT_UNITS } from "./work-units.ts";

/** What the stream of commits needs of its lane. */
export interface CommitStreamDependencies {
  readonly journal: Journal;
  readonly ownership: Ownership;
  readonly entropy: Entropy;
  readonly time: LaneTime;
  readonly limits: LaneLimits;
  readonly counters: LaneCounters;
  readonly watchers: Watchers;
  /** Copies shards for their checkpoints while memory holds exactly what has been sealed. */
  readonly capture: () => Captured;
  /** All that a batch rests on is durable. */
  readonly durable: (batch: Batch, captured: Captured) => void;
  /** A commit has returned: the next batch may go. */
  readonly next: () => void;
  /** The journal has not taken what is in flight, or it is not known whether it has. */
  readonly recover: (error: unknown) => void;
  /** One of the above threw after an append. */
  readonly fatal: (error: unknown) => void;
}

/** A sealed batch on its way into the journal. */
interface Commit {
  readonly batch: Batch;
  readonly captured: Captured;
  readonly segments: readonly Segment[];
  readonly startedAtMs: number;
}

/**
 * The lane's one ordered stream of commits: a batch that fills, and one that is being appended.
 *
 * A batch is sealed as soon as nothing is in flight. So an idle lane commits at once and a busy one in large batches, without
 * any timer (causal group commit).
 */
export class CommitStream {
  readonly #dependencies: CommitStreamDependencies;
  #open: Batch | undefined;
  #inFlight: Commit | undefined;

  constructor(dependencies: CommitStreamDependencies) {
    this.#dependencies = dependencies;
  }

  /** Nothing is open and nothing is in flight: memory is what the journal has. */
  get idle(): boolean {
    return this.#open === undefined && this.#inFlight === undefined;
  }

  /** The batch that fills while a commit is in flight. */
  get open(): Batch | undefined {
    return this.#open;
  }

  /** What was decided and is not durable yet. */
  get pending(): readonly Batch[] {
    return [this.#inFlight?.batch, this.#open].filter((batch) => batch !== undefined);
  }

  /** Whether another piece of work may be decided before the commit in flight returns. */
  get hasRoom(): boolean {
    return this.#open === undefined || this.#open.decisions < this.#dependencies.limits.batchDecisionsMax;
  }

  /** The batch to decide into. */
  batch(): Batch {
    const { entropy, time } = this.#dependencies;
    const nowMs = time.nowMs();
    this.#open ??= new Batch(entropy.uuid(), nowMs);
    this.#open.seenAtMs = time.clockMs();
    return this.#open;
  }

  /**
   * Seals and appends the open batch, unless a commit is in flight: then the batch goes on filling. What it answers rests on
   * memory, so it also waits until the journal has confirmed the lane's ownership, if it has not lately.
   */
  advance(): void {
    const { ownership, durable } = this.#dependencies;
    const batch = this.#open;
    if (batch === undefined || this.#inFlight !== undefined) return;
    const commit = this.#seal(batch);
    this.#open = undefined;
    const stored = this.#store(commit.segments);
    // Last, so that nobody is left alone with a question when sealing fails.
    const confirmed = ownership.isConfirmed() ? undefined : ownership.confirm();
    if (stored === undefined && confirmed === undefined) durable(batch, commit.captured);
    else this.#await(commit, Promise.all([stored, confirmed]));
  }

  /** Forgets all batches when the lane's memory is thrown away. The sealed one may be durable or not. */
  abandon(): { readonly sealed: Batch | undefined; readonly open: Batch | undefined } {
    const abandoned = { sealed: this.#inFlight?.batch, open: this.#open };
    this.#inFlight = undefined;
    this.#open = undefined;
    return abandoned;
  }

  #seal(batch: Batch): Commit {
    const { watchers, capture, counters } = this.#dependencies;
    const segments = batch.seal();
    counters.taken += batch.decisions;
    counters.workUnits += batch.eventCount * EVENT_UNITS;
    addViews(batch, watchers);
    const captured = segments.length > 0 ? capture() : [];
    return { batch, captured, segments, startedAtMs: performance.now() };
  }

  #store(segments: readonly Segment[]): Promise<void> | undefined {
    return segments.length === 0 ? undefined : this.#dependencies.journal.append(segments);
  }

  #await(commit: Commit, returned: Promise<unknown>): void {
    const { recover, fatal } = this.#dependencies;
    this.#inFlight = commit;
    returned
      .then(
        () => this.#returned(commit),
        (error: unknown) => {
          // An abandoned commit that is fenced by this lane's own recovery says nothing new.
          if (this.#inFlight === commit) recover(error);
        },
      )
      .catch(fatal);
  }

  #returned(commit: Commit): void {
    if (this.#inFlight !== commit) return;
    this.#inFlight = undefined;
    const { durable, next } = this.#dependencies;
    if (commit.segments.length > 0) this.#count(commit);
    durable(commit.batch, commit.captured);
    next();
  }

  #count({ batch, segments, startedAtMs }: Commit): void {
    const { counters } = this.#dependencies;
    const { eventCount } = batch;
    counters.commits += 1;
    counters.events += eventCount;
    for (const [type, count] of batch.counted) counters.countEvents(type, count);
    counters.commitSegments.record(segments.length);
    counters.commitEvents.record(eventCount);
    counters.commitMs.record(performance.now() - startedAtMs);
  }
}
