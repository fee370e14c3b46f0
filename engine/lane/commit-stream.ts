import type { Entropy } from "../ports/entropy.ts";
import type { Journal } from "../ports/journal.ts";
import { Batch } from "./batch.ts";
import type { Captured } from "./checkpointer.ts";
import type { LaneTime } from "./lane-time.ts";
import type { LaneLimits } from "./limits.ts";
import type { LaneCounters } from "./statistics.ts";
import { addViews, type Watchers } from "./watchers.ts";

/** What the stream of commits needs of its lane. */
export interface CommitStreamDependencies {
  readonly journal: Journal;
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
  readonly failed: (error: unknown) => void;
  /** One of the above threw after an append. */
  readonly fatal: (error: unknown) => void;
}

/** A sealed batch on its way into the journal. */
interface Commit {
  readonly batch: Batch;
  readonly captured: Captured;
  readonly segmentCount: number;
  readonly startedAtMs: number;
}

/**
 * The lane's one ordered stream of commits: a batch that fills, and at most one that is being appended.
 *
 * A batch is appended as soon as the one before is durable. So an idle lane commits at once and a busy one in large
 * batches, without any timer (causal group commit).
 */
export class CommitStream {
  readonly #dependencies: CommitStreamDependencies;
  #open: Batch | undefined;
  #commit: Commit | undefined;

  constructor(dependencies: CommitStreamDependencies) {
    this.#dependencies = dependencies;
  }

  /** Nothing is open and nothing is in flight: memory is what the journal has. */
  get idle(): boolean {
    return this.#open === undefined && this.#commit === undefined;
  }

  /** The batch that fills while a commit is in flight. */
  get open(): Batch | undefined {
    return this.#open;
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

  /** Seals and appends the open batch, unless a commit is in flight: then the batch goes on filling. */
  advance(): void {
    const batch = this.#open;
    if (batch === undefined || this.#commit !== undefined) return;
    const { journal, watchers, capture, durable, failed, fatal } = this.#dependencies;
    const segments = batch.seal();
    addViews(batch, watchers);
    if (segments.length === 0) {
      // It rests on what is durable already.
      this.#open = undefined;
      durable(batch, []);
      return;
    }
    const startedAtMs = performance.now();
    const commit = { batch, captured: capture(), segmentCount: segments.length, startedAtMs };
    this.#commit = commit;
    this.#open = undefined;
    journal
      .append(segments)
      .then(
        () => this.#appended(commit),
        (error: unknown) => {
          // An abandoned commit that is fenced by this lane's own recovery says nothing new.
          if (this.#commit === commit) failed(error);
        },
      )
      .catch(fatal);
  }

  /** Forgets both batches when the lane's memory is thrown away. The sealed one may be durable or not. */
  abandon(): { readonly sealed: Batch | undefined; readonly open: Batch | undefined } {
    const abandoned = { sealed: this.#commit?.batch, open: this.#open };
    this.#commit = undefined;
    this.#open = undefined;
    return abandoned;
  }

  #appended(commit: Commit): void {
    if (this.#commit !== commit) return;
    this.#commit = undefined;
    const { counters, durable, next } = this.#dependencies;
    const { batch, captured, segmentCount, startedAtMs } = commit;
    const { eventCount } = batch;
    counters.commits += 1;
    counters.events += eventCount;
    counters.commitSegments.record(segmentCount);
    counters.commitEvents.record(eventCount);
    counters.commitMs.record(performance.now() - startedAtMs);
    durable(batch, captured);
    next();
  }
}
