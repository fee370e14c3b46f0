import type { Adopted, LaneMeasurement, LeaveForMove, NodeThreads } from "../../engine/ports/node-threads.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import type { Router } from "../../engine/routing/router.ts";
import type { SimulatedGateway } from "./simulated-gateway.ts";
import type { SimulatedLane } from "./simulated-lane.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { ThreadCalls } from "./thread-calls.ts";

/** A thread that sends to shards. */
interface RouterThread {
  readonly calls: ThreadCalls;
  readonly router: Router;
  readonly apply: (placement: Placement) => void;
}

/** The lanes and the gateway of one process, as its supervisor reaches them. */
export class SimulatedThreads implements NodeThreads {
  readonly #lanes: readonly SimulatedLane[];
  readonly #calls: readonly ThreadCalls[];
  readonly #routers: readonly RouterThread[];

  constructor(process: SimulatedProcess, lanes: readonly SimulatedLane[], { dispatcher }: SimulatedGateway) {
    this.#lanes = lanes;
    this.#calls = lanes.map(() => new ThreadCalls(process));
    const gateway = {
      calls: new ThreadCalls(process),
      router: dispatcher.router,
      apply: (placement: Placement) => dispatcher.apply(placement),
    };
    const laneRouters = lanes.map((lane, number) => ({
      calls: this.#calls[number] as ThreadCalls,
      router: lane.router,
      apply: (placement: Placement) => lane.apply(placement),
    }));
    this.#routers = [gateway, ...laneRouters];
  }

  prepare(lane: number, shards: readonly number[]): Promise<void> {
    return this.#ask(lane, (asked) => asked.relay.prepare(shards));
  }

  adopt(lane: number, shards: readonly number[]): Promise<Adopted> {
    return this.#ask(lane, (asked) => asked.relay.adopt(shards));
  }

  letGo(lane: number, shards: readonly number[], leave?: LeaveForMove): Promise<void> {
    return this.#ask(lane, (asked) => asked.relay.letGo(shards, leave));
  }

  hold(shards: readonly number[], move: number): Promise<void> {
    return this.#all(({ router }) => router.hold(shards, move));
  }

  release(shards: readonly number[], move: number): Promise<void> {
    return this.#all(({ router }) => router.release(shards, move));
  }

  apply(placement: Placement): Promise<void> {
    return this.#all(({ apply }) => apply(placement));
  }

  measure(lane: number): Promise<LaneMeasurement> {
    return this.#ask(lane, ({ meter }) => meter.measure());
  }

  #ask<Reply>(number: number, task: (lane: SimulatedLane) => Promise<Reply> | Reply): Promise<Reply> {
    const [lane, calls] = [this.#lanes[number], this.#calls[number]];
    if (lane === undefined || calls === undefined)
      return Promise.reject(new Error(`this node has no lane ${number}`));
    return calls.ask(() => task(lane));
  }

  async #all(task: (thread: RouterThread) => void): Promise<void> {
    await Promise.all(this.#routers.map((thread) => thread.calls.ask(() => task(thread))));
  }
}
