import type { Bus } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { ForwardClock } from "../../engine/ports/forward-clock.ts";
import type { NodeShards } from "../../engine/shards/sign-of-life.ts";

// A bus that starts again is back before.
const GRACE_MS = 5_000;

/**
 * Knows whether a node is cut off from the bus while others are not. Where the bus is away for everybody, every node keeps its
 * shards and goes on selling what they hold; one that is cut off alone is taken for dead, its shards are given to others, and nothing
 * that its clients want can reach them.
 */
export class BusPulse {
  readonly #clock: Clock;
  readonly #shards: () => NodeShards;
  readonly #endStates: () => void;
  #awaySinceMs: number | undefined;

  constructor(bus: Bus, timeOfDay: Clock, shards: () => NodeShards) {
    const clock = new ForwardClock(timeOfDay);
    this.#clock = clock;
    this.#shards = shards;
    if (bus.state === "away") this.#awaySinceMs = clock.nowMs();
    this.#endStates = bus.onState((state) => {
      this.#awaySinceMs = state === "away" ? clock.nowMs() : undefined;
    });
  }

  /** Why shoppers are better off at another node; undefined when they are not. */
  get trouble(): string | undefined {
    if (this.#awaySinceMs === undefined) return undefined;
    const awayMs = this.#clock.nowMs() - this.#awaySinceMs;
    const { serving, expected } = this.#shards();
    if (awayMs < GRACE_MS || serving + expected > 0) return undefined;
    return `no connection to NATS for ${Math.floor(awayMs / 1_000)} s, and others have the shards`;
  }

  stop(): void {
    this.#endStates();
  }
}
