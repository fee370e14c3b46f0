import type { CoordinatorLock, Term } from "../../engine/ports/coordinator-lock.ts";
import type { NodeStore } from "../../engine/ports/node-store.ts";
import type { OperationStore } from "../../engine/ports/operation-store.ts";
import type { PlacementStore } from "../../engine/ports/placement-store.ts";
import { memoryNodeStarts, memoryNodeStore } from "../../persistence/memory/node-store.ts";
import { memoryOperationStore } from "../../persistence/memory/operation-store.ts";
import { memoryPlacementStore } from "../../persistence/memory/placement-store.ts";
import { registerStart } from "../../persistence/nodes/node-starts.ts";
import { Connection } from "./connection.ts";
import type { SimulatedDatabase } from "./simulated-journal.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

// Postgres ends the session of a coordinator that has been silent for so long.
const SILENT_MAX_MS = 3_000;
const LOOK_MS = 500;

/** What one process keeps of the cluster in the database: over a connection that can fail. */
export interface SimulatedStores {
  readonly placements: PlacementStore;
  readonly nodeStore: NodeStore;
  readonly operations: OperationStore;
  readonly lock: CoordinatorLock;
}

/** The stores of the cluster as one process has them. */
export function connectStores(database: SimulatedDatabase, process: SimulatedProcess): SimulatedStores {
  const { cluster } = database;
  const connection = new Connection(database, process);
  // Two questions, as a real store asks them: the second may arrive long after its process has died.
  const starts = over(connection, memoryNodeStarts(cluster));
  return {
    placements: over(connection, memoryPlacementStore(cluster)),
    nodeStore: {
      ...over(connection, memoryNodeStore(cluster)),
      started: (start) => registerStart(starts, start),
    },
    operations: over(connection, memoryOperationStore(cluster)),
    lock: new SimulatedLock(database, process, connection),
  };
}

/** A store whose every question is carried by the connection. */
function over<Store extends object>(connection: Connection, store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...given: readonly unknown[]) => Promise<unknown>;
      return (...given: readonly unknown[]) => connection.ask(() => method(...given));
    },
  });
}

/**
 * The lock of the coordinator: the database ends the session of a process that is dead, stands still or is cut off, and the process
 * learns of it when it can.
 */
class SimulatedLock implements CoordinatorLock {
  readonly #database: SimulatedDatabase;
  readonly #process: SimulatedProcess;
  readonly #connection: Connection;
  /** The term that the database has given to this session. */
  #held: number | undefined;

  constructor(database: SimulatedDatabase, process: SimulatedProcess, connection: Connection) {
    this.#database = database;
    this.#process = process;
    this.#connection = connection;
  }

  async take(_node: string, lost: (reason: Error) => void): Promise<Term | undefined> {
    const granted = Promise.withResolvers<void>();
    const reason = new Error("the lock of the coordinator was lost with its connection");
    const told = (): void => void this.#process.plan(0, () => lost(reason));
    try {
      await this.#connection.ask(async () => this.#begin(() => void granted.promise.then(told)));
    } catch (error) {
      // A connection that broke takes its session with it.
      this.#end();
      throw error;
    }
    const number = this.#held;
    granted.resolve();
    return number === undefined ? undefined : { number, resign: () => this.#resign() };
  }

  close(): Promise<void> {
    return this.#resign();
  }

  #begin(broken: () => void): void {
    const { cluster, agenda } = this.#database;
    this.#held ??= cluster.beginTerm(() => undefined);
    if (this.#held !== undefined) this.#watch(this.#held, agenda.nowMs, broken);
  }

  #end(): void {
    if (this.#held !== undefined) this.#database.cluster.endTerm(this.#held);
    this.#held = undefined;
  }

  /** Whether it is asked for or the connection breaks over it: the session ends. */
  async #resign(): Promise<void> {
    try {
      await this.#connection.ask(async () => this.#end());
    } catch (error) {
      if (!this.#database.isCutFrom(this.#process)) this.#end();
      throw error;
    }
  }

  /** What the database does about a session, as long as it has the lock. */
  #watch(term: number, heardAtMs: number, broken: () => void): void {
    const { agenda, generator } = this.#database;
    agenda.plan(LOOK_MS, () => {
      if (this.#held !== term) return;
      const { alive, paused } = this.#process;
      const isSilent = !alive || paused || this.#database.isCutFrom(this.#process);
      const heardMs = isSilent ? heardAtMs : agenda.nowMs;
      if (alive && agenda.nowMs - heardMs < SILENT_MAX_MS) return this.#watch(term, heardMs, broken);
      this.#end();
      this.#process.plan(generator.below(SILENT_MAX_MS), broken);
    });
  }
}
