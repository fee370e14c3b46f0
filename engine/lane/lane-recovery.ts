import { UnknownVersion } from "../contract/upcast.ts";
import type { Clock } from "../ports/clock.ts";
import { AppendFault, OwnershipLost, type Claim } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { Activation } from "./activation.ts";
import type { Batch } from "./batch.ts";
import type { CommitStream } from "./commit-stream.ts";
import type { Departures } from "./departures.ts";
import type { Execution } from "./execution.ts";
import type { LossHook } from "./lane-dependencies.ts";
import type { LaneLimits } from "./limits.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Ownership } from "./ownership.ts";
import type { Release } from "./release.ts";
import type { Residents } from "./residents.ts";
import type { Roster } from "./roster.ts";
import type { Shard } from "./shard.ts";
import { recoverShards } from "./shard-recovery.ts";
import { ClaimGone, type RecoverySources } from "./tail.ts";
import { Unanswered } from "./unanswered.ts";
import type { Work } from "./work.ts";

/** What recovery needs of its lane. */
export interface LaneRecoveryDependencies {
  readonly lane: number;
  readonly ownership: Ownership;
  readonly roster: Roster;
  readonly departures: Departures;
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
  readonly lost: LossHook;
}

/** What was in flight or open when the memory was thrown away. */
export interface Dropped {
  /** The batch whose fate the journal knows. */
  readonly sealed: Batch | undefined;
  /** Whoever waits for what was not sealed. */
  readonly unanswered: Unanswered;
}

/** Throws a lane's memory away and builds it anew from the journal, which alone says what has taken place. */
export class LaneRecovery {
  readonly #dependencies: LaneRecoveryDependencies;
  /** Recoveries and failed attempts since a commit was last made. */
  #setbacks = 0;
  #givenUp = false;
  /** The lane has lost shards and is to end. */
  #ending = false;

  constructor(dependencies: LaneRecoveryDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Forgets what was decided and not sealed, and keeps what was not begun in the mailbox. `taking` is the work that was
   * being decided.
   */
  drop(taking: Work | undefined): Dropped {
    const { commits, execution, activation, mailbox, shards } = this.#dependencies;
    const { sealed, open } = commits.abandon();
    execution.reset();
    const unanswered = new Unanswered();
    if (open !== undefined) unanswered.addOutputs(open.outputs);
    if (taking !== undefined) unanswered.addWorks([taking]);
    unanswered.addWaiting(shards.values());
    // All work that was not begun is as good as new: what the journal turns out to have already is dropped on sight.
    mailbox.resume([...viewWorks(open), ...activation.abandon()]);
    return { sealed, unanswered };
  }

  /** Nobody who waits for what was not sealed has to wait any longer. */
  answerUnsealed({ unanswered }: Dropped): void {
    unanswered.answer(this.#unknown);
  }

  /**
   * Rebuilds the lane from the journal, as often as it takes, and answers those who wait for what was in flight. Shards that
   * another owner has taken over since are not fought for: the lane goes on without them, or ends if it is told to.
   * @throws {OwnershipLost} when it is to end.
   * @throws {UnknownVersion} when a newer release has taken over meanwhile: no attempt would help.
   */
  async rebuild(dropped: Dropped): Promise<void> {
    const { log, lane } = this.#dependencies;
    // Claimed once, however often reading fails: the lane appends nothing meanwhile, and each claim grows every shard's tail.
    let claims: readonly Claim[] | undefined;
    for (;;) {
      await this.#pause();
      if (this.#givenUp) return this.#settle(dropped, false);
      try {
        claims ??= await this.#retake();
        this.answerUnsealed(dropped);
        return this.#settle(dropped, await this.#load(claims, dropped.sealed));
      } catch (error) {
        if (this.#ending || error instanceof UnknownVersion) throw error;
        if (error instanceof OwnershipLost) {
          // Another owner, who is to be asked about at once: no time would change that.
          claims = undefined;
          this.#setbacks = 0;
          continue;
        }
        // The database has gone back behind them.
        if (error instanceof ClaimGone) claims = undefined;
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

  /** Takes those shards again that are still the lane's own. */
  async #retake(): Promise<readonly Claim[]> {
    const { ownership } = this.#dependencies;
    try {
      return await ownership.retake();
    } catch (error) {
      if (!(error instanceof OwnershipLost)) throw error;
      await this.#partWithLost(error);
      return ownership.retake();
    }
  }

  async #partWithLost(loss: OwnershipLost): Promise<void> {
    const { ownership, departures, log, lane, lost: lostHook } = this.#dependencies;
    const lost = await ownership.lost();
    if (lost.length === 0) return;
    this.#ending = lostHook(lost) === "end";
    if (this.#ending) throw loss;
    log.warn({ lane, shards: lost }, "other owners have taken shards of this lane; it goes on without them");
    departures.lose(lost);
  }

  /** Tells whether the commit of `sealed` has taken place. When it throws, memory is as before. */
  async #load(claims: readonly Claim[], sealed: Batch | undefined): Promise<boolean> {
    const { sources, shards, residents, roster } = this.#dependencies;
    const recovered = await recoverShards(claims, sources, sealed?.id);
    for (const shard of shards.values()) shard.cells.clear();
    shards.clear();
    for (const [number, shard] of recovered.shards) {
      if (roster.phaseOf(number) !== "serving") continue;
      shard.cells.join(residents);
      shards.set(number, shard);
    }
    return recovered.found;
  }

  /** The journal says whether the commit whose reply was lost has taken place. */
  #settle(dropped: Dropped, isStored: boolean): void {
    const { release, mailbox } = this.#dependencies;
    this.answerUnsealed(dropped);
    const { sealed } = dropped;
    if (sealed === undefined) return;
    if (isStored) return release.outputs(sealed);
    const lost = new Unanswered();
    lost.addOutputs(sealed.outputs);
    lost.answer(this.#unknown);
    mailbox.resume(viewWorks(sealed));
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

/** Whether another owner may have taken shards of the lane over. */
export function isLoss(cause: unknown): boolean {
  return cause instanceof OwnershipLost || (cause instanceof AppendFault && cause.reason === "fenced");
}
