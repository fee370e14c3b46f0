import type { Journal, Segment } from "../../engine/ports/journal.ts";
import { memoryJournal, type MemoryJournalStorage } from "../../persistence/memory/journal.ts";
import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { Agenda } from "./agenda.ts";
import { Connection } from "./connection.ts";
import type { Faults } from "./faults.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** The one database of a simulation. */
export class SimulatedDatabase {
  readonly storage: MemoryJournalStorage = new Map();
  readonly journal: Journal;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly generator: Generator;
  #fullUntilMs = 0;
  #claims = 0;
  readonly #stored: (segments: readonly Segment[]) => void;

  /** `stored` is called when segments have become durable, before anybody can know. */
  constructor(
    agenda: Agenda,
    faults: Faults,
    generator: Generator,
    stored: (segments: readonly Segment[]) => void,
  ) {
    this.agenda = agenda;
    this.faults = faults;
    this.generator = generator;
    this.#stored = stored;
    this.journal = this.#open(() => agenda.nowMs);
  }

  get full(): boolean {
    return this.#fullUntilMs > this.agenda.nowMs;
  }

  /** The disk is full for a while. */
  fill(forMs: number): void {
    this.#fullUntilMs = this.agenda.nowMs + forMs;
  }

  heal(): void {
    this.#fullUntilMs = 0;
  }

  /** The journal as one process has it: over a connection that can fail. */
  connect(process: SimulatedProcess): Journal {
    const connection = new Connection(this, process);
    const journal = this.#open(() => process.clock.nowMs());
    return {
      claim: (...parameters: Parameters<Journal["claim"]>) =>
        connection.ask(() => journal.claim(...parameters)),
      reclaim: (...parameters: Parameters<Journal["reclaim"]>) =>
        connection.ask(() => journal.reclaim(...parameters)),
      confirm: (...parameters: Parameters<Journal["confirm"]>) =>
        connection.ask(() => journal.confirm(...parameters)),
      owned: (...parameters: Parameters<Journal["owned"]>) =>
        connection.ask(() => journal.owned(...parameters)),
      append: (...parameters: Parameters<Journal["append"]>) => connection.append(...parameters),
      read: (...parameters: Parameters<Journal["read"]>) => connection.pages(journal.read(...parameters)),
      pick: (...parameters: Parameters<Journal["pick"]>) => connection.ask(() => journal.pick(...parameters)),
      heads: () => connection.ask(() => journal.heads()),
      close: () => Promise.resolve(),
    };
  }

  #open(nowMs: () => number): Journal {
    const uuid = (): string => `00000000-0000-7000-9000-${String(++this.#claims).padStart(12, "0")}`;
    return memoryJournal({ storage: this.storage, nowMs, uuid });
  }

  /** Stores what has arrived. */
  async store(...parameters: Parameters<Journal["append"]>): Promise<void> {
    await this.journal.append(...parameters);
    this.#stored(parameters[0]);
  }
}
