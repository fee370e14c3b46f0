import type { Claim, Claimant, Journal, Segment } from "../../engine/ports/journal.ts";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { isSamePlace } from "../../engine/routing/placement.ts";
import type { MemoryCluster } from "../../persistence/memory/cluster.ts";
import { memoryJournal, type MemoryJournalStorage } from "../../persistence/memory/journal.ts";
import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { Agenda } from "./agenda.ts";
import { Connection } from "./connection.ts";
import type { Faults } from "./faults.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** Told of what the database has stored, before anybody else can know. */
export interface DatabaseHooks {
  readonly stored: (segments: readonly Segment[]) => void;
  /** A lane has taken a shard that the placement does not give to it. */
  readonly stolen: (shard: number, place: LanePlace) => void;
  /** A shard has another owner than this one by now. */
  readonly replaced: (shard: number, owner: string) => void;
}

/** The one database of a simulation. */
export class SimulatedDatabase {
  readonly storage: MemoryJournalStorage = new Map();
  /** Placement, nodes, operations, and who coordinates. */
  readonly cluster: MemoryCluster;
  readonly journal: Journal;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly generator: Generator;
  #fullUntilMs = 0;
  #claims = 0;
  readonly #hooks: DatabaseHooks;
  /** By shard and epoch. */
  readonly #takenAtMs = new Map<string, number>();
  /** Ends of partitions, by process, simulated milliseconds. */
  readonly #cutUntilMs = new Map<string, number>();

  constructor(
    agenda: Agenda,
    faults: Faults,
    generator: Generator,
    cluster: MemoryCluster,
    hooks: DatabaseHooks,
  ) {
    this.agenda = agenda;
    this.faults = faults;
    this.generator = generator;
    this.cluster = cluster;
    this.#hooks = hooks;
    this.journal = this.#open(() => agenda.nowMs);
  }

  get full(): boolean {
    return this.#fullUntilMs > this.agenda.nowMs;
  }

  /** The disk is full for a while. */
  fill(forMs: number): void {
    this.#fullUntilMs = this.agenda.nowMs + forMs;
  }

  /** A process cannot reach the database for a while. */
  cut(process: SimulatedProcess, forMs: number): void {
    this.#cutUntilMs.set(process.name, this.agenda.nowMs + forMs);
  }

  isCutFrom(process: SimulatedProcess): boolean {
    return (this.#cutUntilMs.get(process.name) ?? 0) > this.agenda.nowMs;
  }

  heal(): void {
    this.#fullUntilMs = 0;
    this.#cutUntilMs.clear();
  }

  /** When a shard was taken over with that epoch, simulated milliseconds. */
  takenAtMs(shard: number, epoch: number): number {
    return this.#takenAtMs.get(`${shard} ${epoch}`) ?? Number.NEGATIVE_INFINITY;
  }

  /** The journal as one lane of a process has it: over a connection that can fail. It claims as that claimant. */
  connect(process: SimulatedProcess, claimant: () => Claimant): Journal {
    const connection = new Connection(this, process);
    const journal = this.#open(() => process.clock.nowMs());
    return {
      claim: (shards, owner, _, known) =>
        connection.ask(() => this.#claim(journal, shards, owner, claimant(), known)),
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
    return memoryJournal({ storage: this.storage, nowMs, uuid, cluster: this.cluster });
  }

  async #claim(
    journal: Journal,
    shards: readonly number[],
    owner: string,
    claimant: Claimant,
    known: ReadonlyMap<number, number> | undefined,
  ): Promise<readonly Claim[]> {
    const { placement } = this.cluster;
    const before = new Map(shards.map((shard) => [shard, this.storage.get(shard)?.owner]));
    const claims = await journal.claim(shards, owner, claimant, known);
    for (const { shard, epoch } of claims) {
      this.#takenAtMs.set(`${shard} ${epoch}`, this.agenda.nowUs / 1_000);
      if (!isSamePlace(placement.shards[shard], claimant)) this.#hooks.stolen(shard, claimant);
      const last = before.get(shard);
      if (last !== undefined && last !== owner) this.#hooks.replaced(shard, last);
    }
    return claims;
  }

  /** Stores what has arrived. */
  async store(...parameters: Parameters<Journal["append"]>): Promise<void> {
    await this.journal.append(...parameters);
    this.#hooks.stored(parameters[0]);
  }
}
