import type { Segment } from "../../engine/ports/journal.ts";
import { SequentialEntropy } from "../../engine/testing/sequential-entropy.ts";
import { MemoryCluster } from "../../persistence/memory/cluster.ts";
import { Agenda } from "./agenda.ts";
import { DurableFacts } from "./durable-facts.ts";
import { Faults, type FaultSelection } from "./faults.ts";
import { generatorFor } from "./seeds.ts";
import { SimulatedBank } from "./simulated-bank.ts";
import { SimulatedBusServer } from "./simulated-bus-server.ts";
import { SimulatedDatabase } from "./simulated-journal.ts";
import { SimulatedSnapshots } from "./simulated-snapshots.ts";
import { Trace } from "./trace.ts";
import { Violations } from "./violations.ts";

/** When simulated time begins: any moment will do. */
const START_MS = 1_800_000_000_000;

/** Number of shards in every simulation: few, so that actors share them. */
export const SHARD_COUNT = 8;

/** What all parts of one simulation share; everything in it comes from the seed. */
export class World {
  readonly seed: number;
  readonly trace: Trace;
  readonly violations = new Violations();
  readonly durable = new DurableFacts();
  readonly entropy = new SequentialEntropy();
  readonly faults: Faults;
  readonly agenda: Agenda;
  readonly bus: SimulatedBusServer;
  readonly database: SimulatedDatabase;
  readonly snapshots: SimulatedSnapshots;
  readonly bank: SimulatedBank;
  /** Tells of every run of a lane, by its name as an owner, whether it serves a shard. */
  readonly owners = new Map<string, (shard: number) => boolean>();

  constructor(seed: number, selection?: FaultSelection, print?: (line: string) => void) {
    this.seed = seed;
    this.trace = new Trace(print);
    this.faults = new Faults(seed, selection);
    this.agenda = new Agenda(generatorFor(seed, "agenda"), START_MS);
    this.bus = new SimulatedBusServer(this.agenda, this.faults, generatorFor(seed, "bus"));
    const cluster = new MemoryCluster(SHARD_COUNT, () => this.agenda.nowMs);
    this.database = new SimulatedDatabase(this.agenda, this.faults, generatorFor(seed, "database"), cluster, {
      stored: (segments) => this.#stored(segments),
      replaced: (shard, owner) => this.#replaced(shard, owner),
      stolen: (shard, { node, lane }) =>
        this.violations.add(
          "claims",
          `lane ${lane} of ${node} takes shard ${shard}, which is not placed there`,
        ),
    });
    this.snapshots = new SimulatedSnapshots(this.database);
    this.bank = new SimulatedBank(this.agenda, this.faults);
  }

  #stored(segments: readonly Segment[]): void {
    this.durable.take(segments);
    for (const { shard, seq, epoch, batchId, body } of segments)
      this.note(`stored ${shard} ${seq} ${epoch} ${batchId} ${JSON.stringify(body)}`);
  }

  /** Shards that move by a plan are let go of before they are taken. */
  #replaced(shard: number, owner: string): void {
    if (this.faults.areOrderly && this.owners.get(owner)?.(shard) === true)
      this.violations.add("moves disturb nobody", `shard ${shard} is taken from ${owner}, which serves it`);
  }

  /** Writes one decision into the trace, with its moment. */
  note(what: string): void {
    this.trace.add(`${this.agenda.nowUs} ${what}`);
  }
}
