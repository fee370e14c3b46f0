import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { BusState } from "../../engine/ports/bus.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import type { Agenda } from "./agenda.ts";
import type { Faults } from "./faults.ts";
import { SimulatedBus } from "./simulated-bus.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

const LATENCY_MAX_US = 1_000;

/**
 * What may be wrong between one process and the bus. `cut`: the connection is broken, and the process knows it; `mute`,
 * `deaf`: nothing goes from there, or to there, and nobody notices.
 */
export type BusTrouble = "cut" | "mute" | "deaf";

/** The bus of a simulation: the one in memory, with everything that a network does to it. */
export class SimulatedBusServer {
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly #generator: Generator;
  readonly #server: MemoryBusServer;
  readonly #connections = new Set<SimulatedBus>();
  /** Ends of troubles, by trouble and process, simulated milliseconds. */
  readonly #untilMs = new Map<string, number>();
  #downUntilMs = 0;
  /** What the server does next, in its order. */
  readonly #next: (() => void)[] = [];

  constructor(agenda: Agenda, faults: Faults, generator: Generator) {
    this.agenda = agenda;
    this.faults = faults;
    this.#generator = generator;
    this.#server = new MemoryBusServer({
      nowMs: () => agenda.nowMs,
      after: (delayMs, task) => agenda.plan(delayMs, task),
      soon: (task) => this.#soon(task),
    });
  }

  /** The connection of one thread of a process. */
  connect(process: SimulatedProcess): SimulatedBus {
    const bus = new SimulatedBus(process, this, this.#server.connect());
    this.#connections.add(bus);
    process.onEnd(() => this.#connections.delete(bus));
    return bus;
  }

  /** Something is wrong between a process and the bus for a while. */
  trouble(process: SimulatedProcess, trouble: BusTrouble, forMs: number): void {
    this.#untilMs.set(`${trouble} ${process.name}`, this.agenda.nowMs + forMs);
    this.#look();
    this.agenda.plan(forMs, () => this.#look());
  }

  /** The server is gone for a while: nobody is connected. */
  stop(forMs: number): void {
    this.#downUntilMs = this.agenda.nowMs + forMs;
    this.#look();
    this.agenda.plan(forMs, () => this.#look());
  }

  /** Everything works again. */
  heal(): void {
    this.#untilMs.clear();
    this.#downUntilMs = 0;
    this.#look();
  }

  stateFor(process: SimulatedProcess): BusState {
    const isAway = this.#downUntilMs > this.agenda.nowMs || this.#has(process, "cut");
    return isAway ? "away" : "connected";
  }

  isMute(process: SimulatedProcess): boolean {
    return this.#has(process, "mute");
  }

  isDeaf(process: SimulatedProcess): boolean {
    return this.#has(process, "deaf");
  }

  latencyUs(): number {
    return this.#generator.below(LATENCY_MAX_US);
  }

  /** How late something arrives that leaves the order; undefined when it does not. */
  strayMs(): number | undefined {
    const overtaken = this.faults.strikes("reorder");
    const late = this.faults.strikes("delay");
    if (overtaken === undefined && late === undefined) return undefined;
    return ((overtaken?.below(5_000) ?? 0) + (late?.between(10_000, 1_500_000) ?? 0)) / 1_000;
  }

  /** Carries a question to whoever answers it: it may be lost, late, or come twice. */
  carry(ask: () => void): void {
    if (this.faults.strikes("drop") !== undefined) return;
    this.agenda.plan(this.strayMs() ?? this.latencyUs() / 1_000, ask);
    const twice = this.faults.strikes("duplicate");
    if (twice !== undefined) this.agenda.plan(twice.below(400), ask);
  }

  #soon(task: () => void): void {
    this.#next.push(task);
    this.agenda.plan(0, () => this.#next.shift()?.());
  }

  #has(process: SimulatedProcess, trouble: BusTrouble): boolean {
    return (this.#untilMs.get(`${trouble} ${process.name}`) ?? 0) > this.agenda.nowMs;
  }

  #look(): void {
    for (const connection of this.#connections) connection.look();
  }
}
