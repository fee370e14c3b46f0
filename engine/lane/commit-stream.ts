import type { Entropy } from "../ports/entropy.ts";
import type { Journal, Segment } from "../ports/journal.ts";
import { Batch } from "./batch.ts";
import type { Captured } from "./checkpointer.ts";
import type { LaneTime } from "./lane-time.ts";
import type { LaneLimits } from "./limits.ts";
import type { Ownership } from "./ownership.ts";
import type { LaneCounters } from "./statistics.ts";
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
  readonly failed: (error: unknown) => void;
  /** One of the above threw after an append. */
  readonly fatal: (error: unknown) => void;
}

/** A sealed batch on its way into the journal. */
interface Commit {
  readonly batch: Batch;
  readonly captured: Captured;
  readonly segments: readonly Segment[];
  readonly startedAtMs: number;
  returned: boolean;
}

/**
 * The lane's one ordered stream of commits: a batch that fills, and a few, one behind the other, that are being appended.
 *
 * A batch is sealed as soon as there is room behind the ones in flight. So an idle lane commits at once and a busy one in
 * large batches, without any timer (causal group commit). The journal stores each only behind the one before.
 */
export class CommitStream {
  readonly #dependencies: CommitStreamDependencies;
  #open: Batch | undefined;
  /** The oldest first. */
  #inFlight: Commit[] = [];

  constructor(dependencies: CommitStreamDependencies) {
    this.#dependencies = dependencies;
  }

  /** Nothing is open and nothing is in flight: memory is what the journal has. */
  get idle(): boolean {
    return this.#open === undefined && this.#inFlight.length === 0;
  }

  /** The batch that fills while commits are in flight. */
  get open(): Batch | undefined {
    return this.#open;
  }

  /** What was decided and is not durable yet. */
  get pending(): readonly Batch[] {
    const sealed = this.#inFlight.map(({ batch }) => batch);
    return this.#open === undefined ? sealed : [...sealed, this.#open];
  }

  /** Whether another piece of work may be decided before a commit returns. */
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
   * Seals and appends the open batch, unless as many as may be are in flight: then the batch goes on filling. What it
   * answers rests on memory, so it also waits until the journal has confirmed the lane's ownership, if it has not lately.
   */
  advance(): void {
    const { limits, ownership, durable } = this.#dependencies;
    const batch = this.#open;
    if (batch === undefined || this.#inFlight.length >= limits.commitsInFlightMax) return;
    // With nothing to store it rests on those before, and joins what comes next or waits for them.
    if (batch.storesNothing && this.#inFlight.length > 0) return;
    const predecessor = this.#inFlight.at(-1)?.segments[0];
    const commit = this.#seal(batch);
    this.#open = undefined;
    const stored = this.#store(commit.segments, predecessor);
    // Last, so that nobody is left alone with a question when sealing fails.
    const confirmed = ownership.isConfirmed ? undefined : ownership.confirm();
    if (stored === undefined && confirmed === undefined) durable(batch, commit.captured);
    else this.#await(commit, Promise.all([stored, confirmed]));
  }

  /** Forgets all batches when the lane's memory is thrown away. The sealed ones may be durable or not. */
  abandon(): { readonly sealed: readonly Batch[]; readonly open: Batch | undefined } {
    const abandoned = { sealed: this.#inFlight.map(({ batch }) => batch), open: this.#open };
    this.#inFlight = [];
    this.#open = undefined;
    return abandoned;
  }

  #seal(batch: Batch): Commit {
    const { watchers, capture, counters } = this.#dependencies;
    const segments = batch.seal();
    counters.taken += batch.decisions;
    counters.workUnits += batch.eventCount * EVENT_UNITS;
    addViews(batch, watchers);
    // One checkpoint at a time, as its store takes them.
    const mayCapture = segments.length > 0 && this.#inFlight.every(({ captured }) => captured.length === 0);
    const captured = mayCapture ? capture() : [];
    return { batch, captured, segments, startedAtMs: performance.now(), returned: false };
  }

  #store(segments: readonly Segment[], predecessor: Segment | undefined): Promise<void> | undefined {
    return segments.length === 0 ? undefined : this.#dependencies.journal.append(segments, predecessor);
  }

  #await(commit: Commit, returned: Promise<unknown>): void {
    const { failed, fatal } = this.#dependencies;
    this.#inFlight.push(commit);
    returned
      .then(
        () => this.#returned(commit),
        (error: unknown) => {
          // An abandoned commit that is fenced by this lane's own recovery says nothing new.
          if (this.#inFlight.includes(commit)) failed(error);
        },
      )
      .catch(fatal);
  }

  /** Lets go what is durable together with all that it rests on. */
  #returned(commit: Commit): void {
    if (!this.#inFlight.includes(commit)) return;
    commit.returned = true;
    const { durable, next } = this.#dependencies;
    while (this.#inFlight[0]?.returned === true) {
      const first = this.#inFlight.shift() as Commit;
      if (first.segments.length > 0) this.#count(first);
      durable(first.batch, first.captured);
      next();
    }
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
