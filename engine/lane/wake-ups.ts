import type { Clock } from "../ports/clock.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { LaneTime } from "./lane-time.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Shard } from "./shard.ts";
import type { Targets } from "./targets.ts";

// Timers of the platform take at most 2³¹ − 1 ms; a sale may start later than in 24 days. It is looked for again then.
const DELAY_MAX_MS = 3_600_000;

/** What the wake-ups need of their lane. */
export interface WakeUpsDependencies {
  readonly shards: ReadonlyMap<number, Shard>;
  readonly targets: Targets;
  readonly mailbox: Mailbox;
  readonly time: LaneTime;
  readonly clock: Clock;
  /** Time of the batch that is open, if one is: what is due later than that has to wait for the next. */
  readonly openBatchAtMs: () => number | undefined;
  /** Something was put into the mailbox, or it is time to {@link WakeUps.plan} again. */
  readonly planTurn: () => void;
}

/** Wakes actors whose time has come, with one timer of the platform for all shards of the lane. */
export class WakeUps {
  readonly #dependencies: WakeUpsDependencies;
  #earliestDueAtMs = Number.POSITIVE_INFINITY;
  #plannedAtMs = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => undefined;

  constructor(dependencies: WakeUpsDependencies) {
    this.#dependencies = dependencies;
  }

  schedule(cell: ActorCell, dueAtMs: number): void {
    cell.shard.timers.schedule(cell.addressText, dueAtMs);
    if (dueAtMs < this.#earliestDueAtMs) this.#earliestDueAtMs = dueAtMs;
  }

  /** Sees to it that {@link wake} runs when the earliest actor is due. */
  plan(): void {
    if (this.#earliestDueAtMs >= this.#plannedAtMs) return;
    const { clock, time, openBatchAtMs } = this.#dependencies;
    const nowMs = time.nowMs();
    // Looking again before the open batch is sealed would find the same actors too early for it.
    if (this.#earliestDueAtMs <= nowMs && openBatchAtMs() !== undefined) return;
    this.#cancel();
    this.#plannedAtMs = this.#earliestDueAtMs;
    // Where the lane's time passes more slowly than the clock's this is too early, and the rest is half as long each time.
    const delayMs = Math.min(Math.max(this.#earliestDueAtMs - nowMs, 0), DELAY_MAX_MS);
    this.#cancel = clock.after(delayMs, () => this.wake());
  }

  /** Puts the actors whose time has come into the mailbox. */
  wake(): void {
    const { shards, mailbox, time, openBatchAtMs, planTurn } = this.#dependencies;
    const untilMs = openBatchAtMs() ?? time.nowMs();
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const shard of shards.values()) {
      const { nextDueAtMs } = shard.timers;
      if (nextDueAtMs === undefined) continue;
      if (nextDueAtMs <= untilMs) this.#wakeShard(shard, untilMs, mailbox);
      earliestMs = Math.min(earliestMs, shard.timers.nextDueAtMs ?? earliestMs);
    }
    this.cancel();
    this.#earliestDueAtMs = earliestMs;
    planTurn();
  }

  /** Forgets the planned look; the shards keep their timers. */
  cancel(): void {
    this.#cancel();
    this.#cancel = () => undefined;
    this.#plannedAtMs = Number.POSITIVE_INFINITY;
  }

  #wakeShard(shard: Shard, untilMs: number, mailbox: Mailbox): void {
    const { targets } = this.#dependencies;
    for (const addressText of shard.timers.takeDue(untilMs)) {
      const [tenant, kind, id] = addressText.split("/") as [string, string, string];
      mailbox.add({ type: "wakeUp", to: targets.of(tenant, kind, id) });
    }
  }
}
