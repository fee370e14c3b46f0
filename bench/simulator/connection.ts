import { AppendFault, type Segment } from "../../engine/ports/journal.ts";
import type { SimulatedDatabase } from "./simulated-journal.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

const WAY_MAX_MS = 1.5;
const TIMEOUT_MS = 4_000;

/** One process's way to the database and back. */
export class Connection {
  readonly #database: SimulatedDatabase;
  readonly #process: SimulatedProcess;

  constructor(database: SimulatedDatabase, process: SimulatedProcess) {
    this.#database = database;
    this.#process = process;
  }

  append(segments: readonly Segment[]): Promise<void> {
    const { faults } = this.#database;
    if (this.#database.full || faults.strikes("append-refused") !== undefined)
      return this.#carry(() => Promise.reject(new AppendFault("refused", "no space is left on the disk")));
    if (faults.strikes("append-lost") !== undefined) return this.#timesOut();
    if (faults.strikes("reply-lost") !== undefined) {
      this.#arrives(this.#wayMs(), segments);
      return this.#timesOut();
    }
    const late = faults.strikes("append-late");
    if (late !== undefined) {
      this.#arrives(late.between(500, TIMEOUT_MS * 2), segments);
      return this.#timesOut(late.between(200, TIMEOUT_MS));
    }
    const slow = faults.strikes("append-slow");
    return this.#carry(() => this.#database.store(segments), slow?.between(50, TIMEOUT_MS - 1_000) ?? 0);
  }

  /** Carries a question there and its answer back, unless the connection breaks before or after it was answered. */
  ask<Reply>(question: () => Promise<Reply>): Promise<Reply> {
    const fails = this.#database.faults.strikes("store-fails");
    if (fails === undefined) return this.#carry(question);
    const broken = (): Promise<never> => Promise.reject(new Error("the database closed the connection"));
    return this.#carry(fails.chance(50) ? broken : () => question().then(broken));
  }

  /** The question is carried out even when whoever asked has died. */
  #carry<Reply>(question: () => Promise<Reply>, slowMs = 0): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#database.agenda.plan(this.#wayMs() + slowMs, () => {
      question().then(
        (reply) => this.#process.plan(this.#wayMs(), () => resolve(reply)),
        (error: unknown) => this.#process.plan(this.#wayMs(), () => reject(asError(error))),
      );
    });
    return promise;
  }

  async *pages<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
    for await (const page of pages) yield await this.ask(() => Promise.resolve(page));
  }

  /** An append that nobody waits for any more. */
  #arrives(afterMs: number, segments: readonly Segment[]): void {
    this.#database.agenda.plan(afterMs, () => {
      // It may be fenced by now: that is nobody's news.
      this.#database.store(segments).catch(() => undefined);
    });
  }

  #timesOut(afterMs = TIMEOUT_MS): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#process.plan(afterMs, () => reject(new AppendFault("unknown", "the database did not reply in time")));
    return promise;
  }

  #wayMs(): number {
    return (this.#database.generator.below(1_000) / 1_000) * WAY_MAX_MS;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
