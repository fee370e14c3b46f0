import { drainMicrotasks } from "bun:jsc";
import { limits } from "../../actors/limits.ts";
import type { FaultSelection } from "./faults.ts";
import { judge } from "./judge.ts";
import { Observations } from "./observations.ts";
import { People } from "./people.ts";
import { withoutRealWorld } from "./real-world.ts";
import { generatorFor } from "./seeds.ts";
import { SimulatedCluster } from "./simulated-cluster.ts";
import type { Violation } from "./violations.ts";
import { Weather } from "./weather.ts";
import { World } from "./world.ts";

/** What one simulation came to. */
export interface SimulationResult {
  readonly seed: number;
  /** Two runs of one seed with the same faults have the same hash. */
  readonly traceHash: string;
  readonly operations: number;
  /** Segments of the journal. */
  readonly segments: number;
  /** What went wrong, as `kind@opportunity`, in order. */
  readonly faults: readonly string[];
  readonly violations: readonly Violation[];
  readonly simulatedMs: number;
}

/** What a simulation may be told beside its seed. */
export interface SimulationOptions {
  /** Faults in place of those that the seed chooses. */
  readonly faults?: FaultSelection | undefined;
  /** Called with every line of the trace. */
  readonly print?: ((line: string) => void) | undefined;
}

/** How long everything that was begun may take to end once nothing goes wrong any more, simulated milliseconds. */
const SETTLE_MAX_MS = 180_000;
const SETTLE_STEP_MS = 2_000;
/** Until nodes have found each other and everybody has what it belongs to. */
const START_MS = 3_000;
/** How long everybody rests before machines do. */
const REST_MS = 8_000;
/** Of the time until holds end, machines sleep through most. */
const SLEEP_MS = 100_000;
const AWAKE_MS = 2_500;
/** Longer than any hold lasts, secured and then extended. */
const HOLDS_END_MS = 1_600_000;

/** Runs one seed from its first product to its last check. Everything in it comes from the seed. */
export function simulate(seed: number, options: SimulationOptions = {}): SimulationResult {
  return withoutRealWorld(() => new Simulation(seed, options).run());
}

class Simulation {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #observations: Observations;
  readonly #weather: Weather;
  readonly #people: People;

  constructor(seed: number, { faults, print }: SimulationOptions) {
    this.#world = new World(seed, faults, print);
    this.#observations = new Observations(this.#world);
    this.#cluster = new SimulatedCluster(this.#world);
    this.#weather = new Weather(this.#world, this.#cluster);
    this.#people = new People(this.#world, this.#cluster, this.#observations);
  }

  run(): SimulationResult {
    const { agenda, faults, trace, violations } = this.#world;
    const startMs = agenda.nowMs;
    try {
      this.#live();
    } catch (error) {
      // A lane that throws where nobody catches it ends its process, and so the day.
      violations.add("uncaught", error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    judge(this.#world, this.#observations.history());
    const simulatedMs = agenda.nowMs - startMs;
    trace.add(`ends after ${simulatedMs} with ${violations.count}`);
    return {
      seed: this.#world.seed,
      traceHash: trace.hash,
      operations: this.#observations.operations,
      segments: Array.from(this.#world.database.storage.values()).reduce(
        (sum, { segments }) => sum + segments.length,
        0,
      ),
      faults: faults.happened,
      violations: violations.all,
      simulatedMs,
    };
  }

  /** The day itself: people come, things go wrong, things come to rest, holds end, and everything is read once more. */
  #live(): void {
    const { violations, durable, seed } = this.#world;
    this.#cluster.start();
    this.#people.come();
    this.#pass(START_MS);
    this.#weather.begin();
    const generator = generatorFor(seed, "length");
    this.#pass(generator.between(10_000, 30_000));
    this.#lull(generator.between(limits.holdTtlMs - 90_000, limits.holdTtlMs));
    this.#pass(generator.between(15_000, 45_000));
    this.#weather.end();
    this.#people.leave();
    if (!this.#settles()) return;
    for (const hold of durable.holds.orphans()) violations.add("holds end", `${hold} has no line any more`);
    this.#awaitExpiries();
    this.#restart();
    if (this.#settles()) this.#look();
  }

  /** Machines sleep, for so long that the holds of the morning are about to end when people come back. */
  #lull(forMs: number): void {
    const { faults } = this.#world;
    faults.sleep();
    this.#people.rest(true);
    this.#pass(REST_MS);
    this.#world.agenda.skip(forMs - 2 * REST_MS);
    this.#pass(REST_MS);
    this.#people.rest(false);
    faults.wake();
  }

  /** Lets simulated time pass. */
  #pass(forMs: number): void {
    const { agenda } = this.#world;
    const endMs = agenda.nowMs + forMs;
    drainMicrotasks();
    while (agenda.step(endMs)) drainMicrotasks();
  }

  /** Lets everything end that was begun. What does not is a violation. */
  #settles(): boolean {
    for (let waitedMs = 0; waitedMs < SETTLE_MAX_MS; waitedMs += SETTLE_STEP_MS) {
      this.#pass(SETTLE_STEP_MS);
      if (this.#cluster.unrest === undefined && this.#observations.openCount === 0) return true;
    }
    const open = Array.from(
      this.#observations.open,
      ({ address, key, command }) => `${command.type} ${key} of ${address}`,
    );
    const detail =
      open.length > 0
        ? `never answered: ${open.join(", ")}`
        : (this.#cluster.unrest ?? "it has come to rest too late");
    this.#world.violations.add("everything ends", detail);
    return false;
  }

  /** Lets all holds end, each in its time. */
  #awaitExpiries(): void {
    const { durable, violations, agenda } = this.#world;
    const endMs = agenda.nowMs + HOLDS_END_MS;
    while (durable.holds.openCount > 0 && agenda.nowMs < endMs) {
      agenda.skip(SLEEP_MS);
      this.#pass(AWAKE_MS);
    }
    this.#pass(SETTLE_STEP_MS);
    for (const hold of durable.holds.open())
      violations.add("holds end", `${hold} is held long after its time`);
  }

  /** Every process is replaced, so that what is read afterwards comes from snapshots and journal. */
  #restart(): void {
    this.#world.faults.disturb();
    for (const node of this.#cluster.nodes) this.#cluster.crash(node);
    this.#pass(SETTLE_STEP_MS * 2);
  }

  /** Every watcher comes back, and every actor is read once more. */
  #look(): void {
    const { durable, violations } = this.#world;
    const readsBefore = this.#observations.reads;
    this.#people.lookAtEverything(durable.actors);
    this.#pass(SETTLE_STEP_MS * 4);
    const unread = durable.actors.size - (this.#observations.reads - readsBefore);
    if (unread > 0) violations.add("everything ends", `${unread} actors could not be read`);
  }
}
