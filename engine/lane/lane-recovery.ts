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
import type { Shard } from "./shard.ts";
import { recoverShards, type RecoverySources } from "./shard-recovery.ts";
import { Unanswered } from "./unanswered.ts";
import type { Work } from "./work.ts";

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
    await this.#load(await this.#dependencies.ownership.take());
  }

  /** Returns whether the commit `batchId` has taken place. When it throws, memory is as before. */
  async #load(claims: readonly Claim[], batchId?: string): Promise<boolean> {
    const { sources, shards } = this.#dependencies;
    const recovered = await recoverShards(claims, sources, batchId);
    for (const shard of shards.values()) shard.cells.clear();
    shards.clear();
    for (const [number, shard] of recovered.shards) shards.set(number, shard);
    return recovered.found;
  }

  /**
   * Forgets what was decided and not sealed, answers whoever waits for that, and keeps what was not begun in the mailbox.
   * `taking` is the work that was being decided. Returns the batch whose fate the journal knows.
   */
  drop(taking: Work | undefined): Batch | undefined {
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
   */
  async rebuild(sealed: Batch | undefined): Promise<void> {
    const { log, lane, ownership } = this.#dependencies;
    for (;;) {
      await this.#pause();
      if (this.#givenUp) return this.#settle(sealed, false);
      try {
        return this.#settle(sealed, await this.#load(await ownership.retake(), sealed?.id));
      } catch (error) {
        if (error instanceof OwnershipLost) throw error;
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

  /** The journal says whether the commit whose reply was lost had taken place. */
  #settle(sealed: Batch | undefined, found: boolean): void {
    if (sealed === undefined) return;
    if (found) {
      this.#dependencies.release.outputs(sealed);
      return;
    }
    const lost = new Unanswered();
    lost.addOutputs(sealed.outputs);
    lost.answer(this.#unknown);
    this.#dependencies.mailbox.resume(viewWorks(sealed));
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
