import type { EndpointHealth } from "../../engine/ports/webhook-store.ts";
import { retryPause } from "./retry-policy.ts";
import type { WebhookLimits } from "./webhook-limits.ts";

type ConditionLimits = Pick<
  WebhookLimits,
  "failuresUntilAway" | "retryMs" | "awayPauseMsMax" | "failingMsMax"
>;

/** How an endpoint takes what it gets, and whether it is to be left alone for a moment. */
export class EndpointCondition {
  readonly #limits: ConditionLimits;
  #health: EndpointHealth;
  #failuresInARow = 0;
  #restsUntilMs = 0;
  /** What the receiver has asked for, at most so long. */
  #askedUntilMs = 0;

  constructor(health: EndpointHealth, limits: ConditionLimits) {
    const { failingSinceMs, lastDeliveredAtMs, lastFailure } = health;
    this.#health = { failingSinceMs, lastDeliveredAtMs, lastFailure };
    this.#limits = limits;
    // Whoever told it before may have found it away: it is tried with little first.
    if (failingSinceMs !== null) this.#failuresInARow = limits.failuresUntilAway;
  }

  get health(): EndpointHealth {
    return this.#health;
  }

  /** It has failed so often that it is only tried now and then. */
  get isAway(): boolean {
    return this.#failuresInARow >= this.#limits.failuresUntilAway;
  }

  /** Nothing is to be sent before then; milliseconds since the epoch. */
  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  /** Returns whether it was away until now. */
  delivered(nowMs: number): boolean {
    const wasAway = this.isAway;
    this.#failuresInARow = 0;
    // Another attempt that was under way may have been told to wait.
    this.#restsUntilMs = this.#askedUntilMs;
    this.#health = { failingSinceMs: null, lastDeliveredAtMs: nowMs, lastFailure: null };
    return wasAway;
  }

  /** `waitMs` is what the receiver asks for, if it does. */
  failed(nowMs: number, failure: string, waitMs: number | undefined, chance: number): void {
    const { failuresUntilAway, retryMs, awayPauseMsMax } = this.#limits;
    this.#failuresInARow += 1;
    const failingSinceMs = this.#health.failingSinceMs ?? nowMs;
    this.#health = { ...this.#health, failingSinceMs, lastFailure: failure };
    const pauseMs = this.isAway
      ? retryPause(this.#failuresInARow - failuresUntilAway + 1, retryMs, awayPauseMsMax, chance)
      : 0;
    this.#askedUntilMs = Math.max(this.#askedUntilMs, nowMs + (waitMs ?? 0));
    this.#restsUntilMs = Math.max(this.#restsUntilMs, this.#askedUntilMs, nowMs + pauseMs);
  }

  /** It has taken others since an event was first refused: the fault is the event's. */
  hasTakenSince(atMs: number): boolean {
    return (this.#health.lastDeliveredAtMs ?? 0) > atMs;
  }

  /** Why it is told nothing more; undefined while there is hope. */
  suspension(nowMs: number): string | undefined {
    const { failingSinceMs, lastFailure } = this.#health;
    if (failingSinceMs === null || nowMs - failingSinceMs < this.#limits.failingMsMax) return undefined;
    const since = new Date(failingSinceMs).toISOString();
    return `it has taken nothing since ${since}; at last: ${lastFailure ?? "no answer"}`;
  }
}
