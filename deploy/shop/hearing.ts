import type { Clock } from "../../engine/ports/clock.ts";
import { ForwardClock } from "../../engine/ports/forward-clock.ts";
import type { Log } from "../../engine/ports/log.ts";

const LOOK_MS = 500;
// Six beats: before that nobody may have had time to speak.
const GRACE_MS = 2_000;
// Whoever lives has been heard by then, and the shards of those who do not are with others.
const TOLD_AFTER_MS = 10_000;

/**
 * Knows whether a node hears those that have shards. One that is on another NATS than they are reaches the database as they do, seems
 * well, and can answer nothing.
 */
export class Hearing {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #isStranger: () => boolean;
  #strangeSinceMs: number | undefined;
  #isTold = false;
  #cancelLook: () => void = () => undefined;

  /** `isStranger` tells whether others have shards, and none of those has ever been heard. */
  constructor(isStranger: () => boolean, clock: Clock, log: Log) {
    this.#isStranger = isStranger;
    this.#clock = new ForwardClock(clock);
    this.#log = log;
    this.#look();
    this.#lookLater();
  }

  /** Why shoppers are better off at another node; undefined when they are not. */
  get trouble(): string | undefined {
    return this.#strangeMs >= GRACE_MS
      ? "none of the nodes that have shards is heard: they are gone, or have another NATS_URL"
      : undefined;
  }

  stop(): void {
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(LOOK_MS, () => {
      this.#lookLater();
      this.#look();
    });
  }

  /** How long it has been one. */
  get #strangeMs(): number {
    if (this.#strangeSinceMs === undefined || !this.#isStranger()) return 0;
    return this.#clock.nowMs() - this.#strangeSinceMs;
  }

  #look(): void {
    if (!this.#isStranger()) {
      this.#strangeSinceMs = undefined;
      this.#isTold = false;
      return;
    }
    this.#strangeSinceMs ??= this.#clock.nowMs();
    if (this.#isTold || this.#strangeMs < TOLD_AFTER_MS) return;
    this.#isTold = true;
    this.#log.warn({}, `this node should get no shoppers: ${this.trouble}`);
  }
}
