import type { Clock } from "../ports/clock.ts";
import { OwnershipLost } from "../ports/journal.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { CommitStream } from "./commit-stream.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Ownership } from "./ownership.ts";
import type { Release } from "./release.ts";
import type { Shard } from "./shard.ts";
import type { TimerWindows } from "./timer-windows.ts";
import type { Unhurried } from "./unhurried.ts";

const TICK_MS = 250;

/** What upkeep needs of its lane. */
export interface UpkeepDependencies {
  readonly clock: Clock;
  readonly shards: ReadonlyMap<number, Shard>;
  readonly mailbox: Mailbox;
  readonly commits: CommitStream;
  readonly ownership: Ownership;
  readonly release: Release;
  readonly checkpointer: Checkpointer;
  readonly timerWindows: TimerWindows;
  readonly unhurried: Unhurried;
  readonly arrivals: Arrivals;
  readonly serving: () => boolean;
  readonly planTurn: () => void;
  readonly recover: (error: unknown) => void;
}

/**
 * What a lane sees to several times a second: repeats what got no answer, decides what could wait, forgets what nobody came
 * for, and checkpoints shards while there is nothing to commit.
 */
export class Upkeep {
  readonly #dependencies: UpkeepDependencies;
  #cancel: () => void = () => undefined;

  constructor(dependencies: UpkeepDependencies) {
    this.#dependencies = dependencies;
  }

  start(): void {
    const { clock, serving, recover } = this.#dependencies;
    this.#cancel = clock.after(TICK_MS, () => this.start());
    if (!serving()) return;
    try {
      this.#tend();
    } catch (error) {
      recover(error);
    }
  }

  stop(): void {
    this.#cancel();
  }

  #tend(): void {
    const { release, commits, checkpointer, timerWindows, shards, unhurried, mailbox } = this.#dependencies;
    const { ownership, arrivals, planTurn } = this.#dependencies;
    this.#keepOwnership();
    // An owner that was paused might repeat to the world what another one has settled meanwhile.
    if (ownership.isConfirmed()) release.repeat();
    timerWindows.tend();
    arrivals.expire();
    for (const work of unhurried.drain()) mailbox.add(work);
    if (mailbox.length > 0) planTurn();
    checkpointer.dismissIdle();
    if (!commits.idle) return;
    checkpointer.save(checkpointer.capture(shards));
  }

  /** So that no answer has to wait for a confirmation, and an owner without work learns of its successor, too. */
  #keepOwnership(): void {
    const { ownership, commits, recover } = this.#dependencies;
    ownership.renew()?.catch((error: unknown) => {
      // Anything else shows in the next answer that needs it; and a commit in flight will say for itself that it is fenced.
      if (error instanceof OwnershipLost && commits.idle) recover(error);
    });
  }
}
