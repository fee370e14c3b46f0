import type { Clock } from "../../engine/ports/clock.ts";
import type { Database } from "../../persistence/postgres/database.ts";

const LOOK_EVERY_MS = 250;
const ANSWER_MS_MAX = 1_000;
// A statement that is older than this may never be answered, though the database has come back.
const GIVEN_UP_MS = 10_000;

/** Knows whether the database answers: a node that cannot ask who owns its shards cannot serve them. */
export class DatabasePulse {
  readonly #database: Pick<Database, "read">;
  readonly #clock: Clock;
  #trouble: string | undefined;
  #isStopped = false;
  /** The statement that is under way, and since when. Resolves to what is wrong. */
  #asked: { readonly trouble: Promise<string | undefined>; readonly sinceMs: number } | undefined;
  #cancelLook: () => void = () => undefined;

  /** Begins to look; the database is there. */
  constructor(database: Pick<Database, "read">, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#lookLater();
  }

  /** Why the database counts as out of reach; undefined while it answers. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  get isReachable(): boolean {
    return this.#trouble === undefined;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const late = Promise.withResolvers<string>();
    const cancel = this.#clock.after(ANSWER_MS_MAX, () =>
      late.resolve(`the database did not answer within ${ANSWER_MS_MAX} ms`),
    );
    this.#trouble = await Promise.race([this.#answer(), late.promise]);
    cancel();
    if (!this.#isStopped) this.#lookLater();
  }

  /** One that hangs is waited for, and not followed by another: together they would take all connections. */
  #answer(): Promise<string | undefined> {
    const nowMs = this.#clock.nowMs();
    const before = this.#asked;
    if (before !== undefined && Math.abs(nowMs - before.sinceMs) < GIVEN_UP_MS) return before.trouble;
    const asked = { trouble: this.#ask(), sinceMs: nowMs };
    this.#asked = asked;
    void asked.trouble.then(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    return asked.trouble;
  }

  async #ask(): Promise<string | undefined> {
    try {
      await this.#database.read((sql) => sql`select 1`);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
