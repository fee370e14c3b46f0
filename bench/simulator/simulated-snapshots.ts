import type { SnapshotStore } from "../../engine/ports/snapshots.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Generator } from "../../engine/contract/testing/generator.ts";
import { memorySnapshots, type MemorySnapshotStorage } from "../../persistence/memory/snapshots.ts";
import type { Faults } from "./faults.ts";
import type { SimulatedDatabase } from "./simulated-journal.ts";
import { Connection } from "./connection.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** The snapshots of a simulation: kept by the database, and damaged now and then. */
export class SimulatedSnapshots {
  readonly storage: MemorySnapshotStorage = new Map();
  readonly #database: SimulatedDatabase;

  constructor(database: SimulatedDatabase) {
    this.#database = database;
  }

  /** The store as a checker reads it. */
  get plain(): SnapshotStore {
    return memorySnapshots({ storage: this.storage });
  }

  /** The store as one process has it: over a connection that can fail. */
  connect(process: SimulatedProcess, log: Log): SnapshotStore {
    const connection = new Connection(this.#database, process);
    const store = memorySnapshots({ storage: this.storage, log });
    const faults = this.#database.faults;
    return {
      save: (...parameters: Parameters<SnapshotStore["save"]>) =>
        connection.ask(async () => {
          if (this.#database.full) throw new Error("no space is left on the disk");
          await store.save(...parameters);
          this.#damage(faults);
        }),
      checkpoints: (...parameters: Parameters<SnapshotStore["checkpoints"]>) =>
        connection.ask(() => store.checkpoints(...parameters)),
      load: (...parameters: Parameters<SnapshotStore["load"]>) =>
        connection.ask(() => store.load(...parameters)),
      timers: (...parameters: Parameters<SnapshotStore["timers"]>) =>
        connection.ask(() => store.timers(...parameters)),
      discard: (...parameters: Parameters<SnapshotStore["discard"]>) =>
        connection.ask(() => store.discard(...parameters)),
      damagedCount: () => store.damagedCount(),
      close: () => Promise.resolve(),
    };
  }

  #damage(faults: Faults): void {
    const generator = faults.strikes("snapshot-damaged");
    if (generator === undefined) return;
    const shards = [...this.storage.values()];
    const shard = shards[generator.below(shards.length)];
    if (shard === undefined) return;
    const bodies = [...shard.knownPages, ...Array.from(shard.snapshots.values(), ({ body }) => body)];
    const body = generator.chance(30) ? shard.checkpoint : bodies[generator.below(bodies.length)];
    flip(body ?? shard.checkpoint, generator);
  }
}

function flip(bytes: Uint8Array, generator: Generator): void {
  const index = generator.below(bytes.length);
  bytes[index] = (bytes[index] as number) ^ (1 << generator.below(8));
}
