import { assert } from "../../engine/contract/assert.ts";
import type { Adopted, LaneMeasurement, LeaveForMove, NodeThreads } from "../../engine/ports/node-threads.ts";
import type { LanePlace, Placement } from "../../engine/ports/placement-store.ts";
import type { LaneControl } from "../workers/lane-worker.ts";
import type { RouterControl } from "../workers/router-control.ts";

type Answered<Call> = Call extends (...args: infer Args) => infer Answer
  ? (...args: Args) => Promise<Awaited<Answer>>
  : never;

/** A lane in another thread. */
export type DirectedLane = {
  readonly [Name in "prepare" | "adopt" | "letGo" | "measure"]: Answered<LaneControl[Name]>;
};

/** How threads are directed. */
export interface ThreadDirectorOptions {
  readonly node: string;
  readonly lanes: readonly DirectedLane[];
  /** Whether other nodes can be reached. */
  readonly hasOthers: boolean;
  /** Shards could not be taken over; they will be tried again. */
  readonly failed: (error: unknown) => void;
}

/** Directs the lanes and routers in the threads of this node. */
export class ThreadDirector implements NodeThreads {
  readonly #options: ThreadDirectorOptions;
  readonly #routers: RouterControl[] = [];
  #placement: Placement | undefined;

  constructor(options: ThreadDirectorOptions) {
    this.#options = options;
  }

  /** One more thread sends to shards; it hears of the placement at once. */
  async join(router: RouterControl): Promise<void> {
    this.#routers.push(router);
    if (this.#placement !== undefined) await router.apply(this.#placement);
  }

  prepare(lane: number, shards: readonly number[]): Promise<void> {
    return this.#lane(lane).prepare(shards);
  }

  async adopt(lane: number, shards: readonly number[]): Promise<Adopted> {
    try {
      const adopted = await this.#lane(lane).adopt(shards);
      const [first] = adopted.unread;
      if (first !== undefined) this.#options.failed(new Error(`shard ${first.shard}: ${first.why}`));
      return adopted;
    } catch (error) {
      this.#options.failed(error);
      throw error;
    }
  }

  letGo(lane: number, shards: readonly number[], leave?: LeaveForMove): Promise<void> {
    return this.#lane(lane).letGo(shards, leave);
  }

  hold(shards: readonly number[], move: number): Promise<void> {
    return this.#all((router) => router.hold(shards, move));
  }

  release(shards: readonly number[], move: number): Promise<void> {
    return this.#all((router) => router.release(shards, move));
  }

  apply(placement: Placement): Promise<void> {
    const reachable = this.#reachable(placement);
    if (reachable.version >= (this.#placement?.version ?? 0)) this.#placement = reachable;
    return this.#all((router) => router.apply(reachable));
  }

  measure(lane: number): Promise<LaneMeasurement> {
    return this.#lane(lane).measure();
  }

  /** What belongs to a lane that cannot be reached waits until another one has it. */
  #reachable({ version, shards }: Placement): Placement {
    const { node, lanes, hasOthers } = this.#options;
    const isReachable = (place: LanePlace): boolean =>
      place.node === node ? place.lane < lanes.length : hasOthers;
    return {
      version,
      shards: shards.map((place) => (place !== undefined && isReachable(place) ? place : undefined)),
    };
  }

  async #all(ask: (router: RouterControl) => unknown): Promise<void> {
    await Promise.all(this.#routers.map(ask));
  }

  #lane(number: number): DirectedLane {
    const lane = this.#options.lanes[number];
    assert(lane !== undefined, "the node has this lane", `lane ${number}`);
    return lane;
  }
}
