import { UnknownVersion } from "../contract/upcast.ts";
import type { Clock } from "../ports/clock.ts";
import { OwnershipLost, type Claim } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { Activation } from "./activation.ts";
import type { Batch } from "./batch.ts";
import type { CommitStream } from "./commit-stream.ts";
import type { Execution } from "./execution.ts";
import type { LaneLimits } from "./limits.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Ownership } from "./ownership.ts";
import type { Release } from "./release.ts";
import type { Residents } from "./residents.ts";
import type { Shard } from "./shard.ts";
import { recoverShards, type RecoverySources } from "./shard-recovery.ts";
import { Unanswered } from "./unanswered.ts";
import type { Work } from "./work.ts";

const NONE: ReadonlySet<string> = new Set();

/** What recovery needs of its lane. */
export interface LaneRecoveryDependencies {
  readonly lane: number;
  readonly ownership: Ownership;
  readonly sources: RecoverySources;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneLimits;
  /** The lane's memory. */
  readonly shards: Map<number, Shard>;
  readonly residents: Residents;
  readonly mailbox: Mailbox;
  readonly activation: Activation;
  readonly commits: CommitStream;
  readonly execution: Execution;
  readonly release: Release;
}

/** Throws a lane's memory away and builds it anew from the journal, which alone says what has taken place. */
export class LaneRecovery {
  readonly #dependencies: LaneRecoveryDependencies;
  /** Recoveries and failed attempts since a commit was last made. */
  #setbacks = 0;
  #givenUp = false;

  constructor(dependencies: LaneRecoveryDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Takes the lane's shards over, whoever has them, and builds them for the first time.
   * @throws when journal or snapshots cannot be read.
   */
  async open(): Promise<void> {
    await this.#load(await this.#dependencies.ownership.take(), NONE);
  }

  /** Returns those of the commits `batchIds` that have taken place. When it throws, memory is as before. */
  async #load(claims: readonly Claim[], batchIds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { sources, shards, residents } = this.#dependencies;
    const recovered = await recoverShards(claims, sources, batchIds);
    for (const shard of shards.values()) shard.cells.clear();
    shards.clear();
    for (const [number, shard] of recovered.shards) {
      shard.cells.join(residents);
      shards.set(number, shard);
    }
    return recovered.found;
  }

  /**
   * Forgets what was decided and not sealed, answers whoever waits for that, and keeps what was not begun in the mailbox.
   * `taking` is the work that was being decided. Returns the batches whose fate the journal knows.
   */
  drop(taking: Work | undefined): readonly Batch[] {
    const { commits, execution, activation, mailbox, shards } = this.#dependencies;
    const { sealed, open } = commits.abandon();
    execution.reset();
    const lost = new Unanswered();
    if (open !== undefined) lost.addOutputs(open.outputs);
    if (taking !== undefined) lost.addWorks([taking]);
    lost.addWaiting(shards);
    lost.answer(this.#unknown);
    // All work that was not begun is as good as new: what the journal turns out to have already is dropped on sight.
    mailbox.resume([...viewWorks(open), ...activation.abandon()]);
    return sealed;
  }

  /**
   * Rebuilds the lane from the journal, as often as it takes, and answers those who wait for `sealed`.
   * @throws {OwnershipLost} when another owner has taken over since: its shards are not fought for.
   * @throws {UnknownVersion} when a newer release has taken over meanwhile: no attempt would help.
   */
  async rebuild(sealed: readonly Batch[]): Promise<void> {
    const { log, lane, ownership } = this.#dependencies;
    const batchIds = new Set(sealed.map(({ id }) => id));
    for (;;) {
      await this.#pause();
      if (this.#givenUp) return this.#settle(sealed, NONE);
      try {
        return this.#settle(sealed, await this.#load(await ownership.retake(), batchIds));
      } catch (error) {
        if (error instanceof OwnershipLost || error instanceof UnknownVersion) throw error;
        log.warn(
          { err: error, lane, setbacks: this.#setbacks },
          "lane could not recover yet; will try again",
        );
      }
    }
  }

  /** The lane works again: it has made a commit. */
  succeeded(): void {
    this.#setbacks = 0;
  }

  /** The lane is being stopped: no more attempts. */
  giveUp(): void {
    this.#givenUp = true;
  }

  /** The journal says which of the commits whose replies were lost have taken place. */
  #settle(sealed: readonly Batch[], found: ReadonlySet<string>): void {
    const { release, mailbox } = this.#dependencies;
    const lost = new Unanswered();
    const again: Work[] = [];
    for (const batch of sealed) {
      if (found.has(batch.id)) {
        release.outputs(batch);
        continue;
      }
      lost.addOutputs(batch.outputs);
      again.push(...viewWorks(batch));
    }
    lost.answer(this.#unknown);
    mailbox.resume(again);
  }

  /** The first attempt goes at once; the more in a row have not helped, the longer the next one waits. */
  async #pause(): Promise<void> {
    const { clock, limits } = this.#dependencies;
    const setbacks = this.#setbacks;
    this.#setbacks += 1;
    if (setbacks === 0) return;
    const delayMs = Math.min(limits.recoverDelayMs * 2 ** (setbacks - 1), limits.recoverDelayMaxMs);
    await new Promise<void>((resolve) => clock.after(delayMs, resolve));
  }

  get #unknown() {
    return { type: "unknown", retryAfterMs: this.#dependencies.limits.retryAfterMs } as const;
  }
}

function viewWorks(batch: Batch | undefined): readonly Work[] {
  return batch?.viewRequests.map(({ work }) => work) ?? [];
}
