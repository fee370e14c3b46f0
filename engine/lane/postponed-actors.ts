import type { Clock } from "../ports/clock.ts";
import type { LaneLimits } from "./limits.ts";
import { retryPauseMs } from "./retry-pause.ts";
import type { Shard } from "./shard.ts";
import type { Target, Work } from "./work.ts";

/** An actor that is not in memory, and the work that waits for it. */
export interface Parked {
  readonly target: Target;
  readonly shard: Shard;
  works: Work[];
  /** Somebody has begun to watch it. */
  isWatched: boolean;
  /** Times in a row that it could not be read. */
  attempts: number;
}

/** What postponed actors need of their lane. */
export interface PostponedActorsDependencies {
  readonly clock: Clock;
  readonly limits: Pick<LaneLimits, "mailboxLengthMax" | "redeliverAfterMs">;
  /** Whether it has to be read although nobody asks for it once more. */
  readonly isAwaited: (parked: Parked) => boolean;
  /** The pause of these is over; they are of one shard. */
  readonly due: (group: readonly Parked[]) => void;
  /** Nobody asks for it any more. */
  readonly forgotten: (parked: Parked) => void;
}

/** Actors that could not be read together. */
interface Pause {
  readonly left: Set<Parked>;
  isOver: boolean;
  cancel: () => void;
}

/**
 * Actors that could not be read, left alone for a pause that grows each time. One that is not awaited after it is remembered
 * for longer than that, so that the next pause of one that clients alone ask for is longer, too.
 */
export class PostponedActors {
  readonly #dependencies: PostponedActorsDependencies;
  readonly #pauses = new Map<Parked, Pause>();

  constructor(dependencies: PostponedActorsDependencies) {
    this.#dependencies = dependencies;
  }

  get size(): number {
    return this.#pauses.size;
  }

  /** Whether it is not to be read yet. */
  isPaused(parked: Parked): boolean {
    return this.#pauses.get(parked)?.isOver === false;
  }

  /** Leaves actors of one shard alone that could not be read; those that have failed least say for how long. */
  add(group: readonly Parked[]): void {
    const { clock, limits } = this.#dependencies;
    const attempts = group.reduce((least, parked) => Math.min(least, parked.attempts), Infinity);
    const pauseMs = retryPauseMs(limits.redeliverAfterMs, attempts);
    const pause: Pause = { left: new Set(group), isOver: false, cancel: () => undefined };
    for (const parked of group) {
      parked.attempts += 1;
      this.#pauses.set(parked, pause);
    }
    pause.cancel = clock.after(pauseMs, () => this.#end(pause, pauseMs));
    this.#forgetBeyondRoom(group);
  }

  /** Forgets its pause: it is read now, or not wanted any more. Returns whether it had one. */
  take(parked: Parked): boolean {
    const pause = this.#pauses.get(parked);
    if (pause === undefined) return false;
    this.#pauses.delete(parked);
    pause.left.delete(parked);
    if (pause.left.size === 0) pause.cancel();
    return true;
  }

  #end(pause: Pause, pauseMs: number): void {
    const { clock, limits, isAwaited, due } = this.#dependencies;
    pause.isOver = true;
    const awaited = [...pause.left].filter(isAwaited);
    for (const parked of awaited) this.take(parked);
    // Whoever sends again after the shortest pause comes in time for it.
    const rememberedMs = pauseMs + limits.redeliverAfterMs;
    if (pause.left.size > 0) pause.cancel = clock.after(rememberedMs, () => this.#forget(pause.left));
    if (awaited.length > 0) due(awaited);
  }

  /** Clients ask for as many as there are: no more are remembered than may wait. */
  #forgetBeyondRoom(group: readonly Parked[]): void {
    const { limits, isAwaited } = this.#dependencies;
    if (this.size <= limits.mailboxLengthMax) return;
    this.#forget(group.filter((parked) => !isAwaited(parked)));
  }

  #forget(group: Iterable<Parked>): void {
    for (const parked of group) {
      this.take(parked);
      this.#dependencies.forgotten(parked);
    }
  }
}
