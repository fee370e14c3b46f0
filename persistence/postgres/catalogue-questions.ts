import type { Sql } from "postgres";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { CatalogueTurns } from "./catalogue-turns.ts";
import { codeOf, isConnectionFault } from "./connection-fault.ts";
import type { Database } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

/** Questions that the catalogue asks its database at once, each on a connection of its own. */
export const ASKED_MAX = 3;
// A crowd opens the shop at the same moment: a database that is well answers so many in a second or two. Of one that is not, waiting
// longer would have none of them answered.
const WAITING_MAX = 1_000;
const RETRY_AFTER_MS = 1_000;

/**
 * Asks a database what shoppers wait for, no more at a time than it has connections: a question that waited within the pool would be
 * asked though nobody wants its answer any more, and the pool be taken for one that is silent.
 */
export class CatalogueQuestions {
  readonly #database: Database;
  readonly #answerDeadlineMs: number;
  readonly #turns = new CatalogueTurns(ASKED_MAX, WAITING_MAX);

  constructor(database: Database, answerDeadlineMs: number) {
    this.#database = database;
    this.#answerDeadlineMs = answerDeadlineMs;
  }

  /** @throws {Unavailable} when the same question may be answered a moment later; at once when many others wait. */
  async ask<Rows>(statement: (sql: Sql) => PromiseLike<Rows>): Promise<Rows> {
    if (this.#turns.areTaken) throw unavailable("More is asked of the catalogue than its database answers.");
    const askedAtMs = performance.now();
    if (!(await this.#turns.take(this.#answerDeadlineMs))) throw overdue();
    let isGone = false;
    const go = (): Unavailable => {
      isGone = true;
      return overdue();
    };
    const answer = this.#database.read((sql) => {
      // It is called again after the loss of a connection, which may be noticed late.
      if (isGone) throw overdue();
      return statement(sql);
    });
    const turn = answer.finally(() => this.#turns.end());
    try {
      return await withinDeadline(turn, this.#answerDeadlineMs - (performance.now() - askedAtMs), go);
    } catch (error) {
      if (!isPassing(error)) throw error;
      throw unavailable("The catalogue's database cannot answer at the moment.", { cause: error });
    }
  }
}

function overdue(): Unavailable {
  return unavailable("The catalogue's database does not answer in time.");
}

function unavailable(message: string, options?: ErrorOptions): Unavailable {
  return new Unavailable(message, RETRY_AFTER_MS, options);
}

function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  // 57014: the statement took too long. Class 53: the server has no room, such as for one more connection.
  return isConnectionFault(error) || code === "57014" || code.startsWith("53");
}
