import type { Adopted, LaneMeasurement, NodeThreads } from "../../engine/ports/node-threads.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import type { SimulatedGateway } from "./simulated-gateway.ts";
import type { SimulatedLane } from "./simulated-lane.ts";
import { asError } from "./as-error.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** How long a call takes from one thread of a process to another, milliseconds. */
export const WAY_MS = 0.1;

/** The lanes and the gateway of one process, as its supervisor reaches them. */
export class SimulatedThreads implements NodeThreads {
  readonly #process: SimulatedProcess;
  readonly #lanes: readonly SimulatedLane[];
  readonly #gateway: SimulatedGateway;

  constructor(process: SimulatedProcess, lanes: readonly SimulatedLane[], gateway: SimulatedGateway) {
    this.#process = process;
    this.#lanes = lanes;
    this.#gateway = gateway;
  }

  prepare(lane: number, shards: readonly number[]): Promise<void> {
    return this.#ask(() => this.#lane(lane).lane.prepare(shards));
  }

  adopt(lane: number, shards: readonly number[]): Promise<Adopted> {
    return this.#ask(() => this.#lane(lane).lane.adopt(shards));
  }

  letGo(lane: number, shards: readonly number[]): Promise<void> {
    return this.#ask(() => this.#lane(lane).lane.letGo(shards));
  }

  hold(shards: readonly number[], move: number): Promise<void> {
    return this.#ask(async () => {
      this.#gateway.dispatcher.router.hold(shards, move);
      for (const { router } of this.#lanes) router.hold(shards, move);
    });
  }

  release(shards: readonly number[], move: number): Promise<void> {
    return this.#ask(async () => {
      this.#gateway.dispatcher.router.release(shards, move);
      for (const { router } of this.#lanes) router.release(shards, move);
    });
  }

  apply(placement: Placement): Promise<void> {
    return this.#ask(async () => {
      this.#gateway.dispatcher.apply(placement);
      for (const lane of this.#lanes) lane.apply(placement);
    });
  }

  measure(lane: number): Promise<LaneMeasurement> {
    return this.#ask(async () => this.#lane(lane).meter.measure());
  }

  #lane(number: number): SimulatedLane {
    const lane = this.#lanes[number];
    if (lane === undefined) throw new Error(`this node has no lane ${number}`);
    return lane;
  }

  /** To the other thread, and back. */
  #ask<Reply>(task: () => Promise<Reply>): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const back = (answer: () => void): void => void this.#process.plan(WAY_MS, answer);
    this.#process.plan(WAY_MS, () => {
      task().then(
        (reply) => back(() => resolve(reply)),
        (error: unknown) => back(() => reject(asError(error))),
      );
    });
    return promise;
  }
}
