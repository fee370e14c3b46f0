import { AppendFault, type Segment } from "../../engine/ports/journal.ts";
import { asError } from "./as-error.ts";
import type { SimulatedDatabase } from "./simulated-journal.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

const WAY_MAX_MS = 1.5;
const TIMEOUT_MS = 4_000;
/** Longest append of a database that is busy, and nothing worse. */
const ORDERLY_SLOW_MS = 600;
/** Less than the deadline of a statement. */
const STORE_SLOW_MAX_MS = 3_000;
/** How long a question waits for a database that is out of reach. */
const REACH_MS = 1_000;

/** One process's way to the database and back. */
export class Connection {
  readonly #database: SimulatedDatabase;
  readonly #process: SimulatedProcess;
  #arrivesAtUs = 0;

  constructor(database: SimulatedDatabase, process: SimulatedProcess) {
    this.#database = database;
    this.#process = process;
  }

  /** Appends of one connection arrive in their order, also when the one before was given up. */
  append(segments: readonly Segment[]): Promise<void> {
    const { faults } = this.#database;
    const store = (): Promise<void> => this.#database.store(segments);
    if (this.#database.isCutFrom(this.#process)) return this.#timesOut(TIMEOUT_MS);
    if (this.#database.full || faults.strikes("append-refused") !== undefined)
      return this.#inOrder(() => Promise.reject(new AppendFault("refused", "no space is left on the disk")));
    if (faults.strikes("append-lost") !== undefined) return this.#timesOut(TIMEOUT_MS);
    if (faults.strikes("reply-lost") !== undefined) {
      this.#arrives(0, store);
      return this.#timesOut(TIMEOUT_MS);
    }
    const late = faults.strikes("append-late");
    if (late !== undefined) {
      this.#arrives(late.between(500, TIMEOUT_MS * 2), store);
      return this.#timesOut(late.between(200, TIMEOUT_MS));
    }
    const slow = faults.strikes("append-slow");
    const slowMaxMs = faults.areOrderly ? ORDERLY_SLOW_MS : TIMEOUT_MS - 1_000;
    return this.#inOrder(store, slow?.between(50, slowMaxMs) ?? 0);
  }

  /** Carries a question there and its answer back, unless the connection breaks before or after it was answered. */
  ask<Reply>(question: () => Promise<Reply>): Promise<Reply> {
    if (this.#database.isCutFrom(this.#process)) return this.#outOfReach();
    const fails = this.#database.faults.strikes("store-fails");
    const slow = this.#database.faults.strikes("store-slow");
    if (fails === undefined) return this.#carry(question, slow?.between(50, STORE_SLOW_MAX_MS));
    const broken = (): Promise<never> => Promise.reject(new Error("the database closed the connection"));
    return this.#carry(fails.chance(50) ? broken : () => question().then(broken));
  }

  /** The question is carried out even when whoever asked has died. */
  #carry<Reply>(question: () => Promise<Reply>, afterMs = this.#wayMs()): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#database.agenda.plan(afterMs, () => {
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

  #inOrder(append: () => Promise<void>, slowMs = 0): Promise<void> {
    return this.#carry(append, this.#afterMs(slowMs));
  }

  /** An append that nobody waits for any more. */
  #arrives(slowMs: number, append: () => Promise<void>): void {
    this.#database.agenda.plan(this.#afterMs(slowMs), () => {
      // It may be fenced by now: that is nobody's news.
      append().catch(() => undefined);
    });
  }

  /** How long an append is on its way that does not overtake the one before. */
  #afterMs(slowMs: number): number {
    const nowUs = this.#database.agenda.nowUs;
    this.#arrivesAtUs = Math.max(this.#arrivesAtUs + 1, nowUs + Math.round((this.#wayMs() + slowMs) * 1_000));
    return (this.#arrivesAtUs - nowUs) / 1_000;
  }

  #outOfReach(): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#process.plan(REACH_MS, () => reject(new Error("the database is out of reach")));
    return promise;
  }

  #timesOut(afterMs: number): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#process.plan(afterMs, () => {
      // Whoever was kept waiting too long opens another connection: what is still on its way goes on by itself.
      this.#arrivesAtUs = 0;
      reject(new AppendFault("unknown", "the database did not reply in time"));
    });
    return promise;
  }

  #wayMs(): number {
    return (this.#database.generator.below(1_000) / 1_000) * WAY_MAX_MS;
  }
}
