import type { Clock } from "../../engine/ports/clock.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { withinDeadline } from "../../persistence/postgres/deadline.ts";

const LOOK_EVERY_MS = 250;
const ANSWER_MS_MAX = 1_000;

/** Knows whether the database answers: a node that cannot ask who owns its shards cannot serve them. */
export class DatabasePulse {
  readonly #database: Database;
  readonly #clock: Clock;
  #isReachable = true;
  #isStopped = false;
  #cancelLook: () => void = () => undefined;

  /** Begins to look; the database is there. */
  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#lookLater();
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    try {
      await withinDeadline(
        this.#database.sql`select 1`,
        ANSWER_MS_MAX,
        () => new Error(`the database did not answer within ${ANSWER_MS_MAX} ms`),
      );
      this.#isReachable = true;
    } catch {
      // Why is in the logs of those who have something to ask.
      this.#isReachable = false;
    }
    if (!this.#isStopped) this.#lookLater();
  }
}
