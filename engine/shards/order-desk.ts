import type { Clock } from "../ports/clock.ts";
import type { NodeThreads } from "../ports/node-threads.ts";
import type { LaneShards } from "./lane-shards.ts";
import type { NodeOrder, OrderReply, TermOrder } from "./node-order.ts";
import type { PlacementFollower } from "./placement-follower.ts";

/** What carries out a coordinator's orders at one node. */
export interface OrderDeskDependencies {
  readonly threads: NodeThreads;
  readonly lanes: readonly LaneShards[];
  readonly follower: PlacementFollower;
  readonly clock: Clock;
}

interface Hold {
  readonly move: number;
  readonly sinceMs: number;
}

/** Carries out the orders of the newest coordinator, each once at a time, however often it is given. */
export class OrderDesk {
  readonly #dependencies: OrderDeskDependencies;
  readonly #underway = new Map<string, Promise<OrderReply>>();
  /** By shard: since when the routers of this node keep what comes for it. */
  readonly #holds = new Map<number, Hold>();
  #term = 0;

  constructor(dependencies: OrderDeskDependencies) {
    this.#dependencies = dependencies;
  }

  /** Carries the order out. Never rejects. */
  take({ term, order }: TermOrder): Promise<OrderReply> {
    if (term < this.#term) {
      const detail = `the coordinator of term ${this.#term} has followed that of term ${term}`;
      return Promise.resolve({ type: "Refused", reason: "term_over", detail });
    }
    this.#term = term;
    const name = nameOf(order);
    const underway =
      this.#underway.get(name) ??
      this.#carryOut(order)
        .catch(failed)
        .finally(() => this.#underway.delete(name));
    this.#underway.set(name, underway);
    return underway;
  }

  async #carryOut(order: NodeOrder): Promise<OrderReply> {
    const { threads, lanes, follower } = this.#dependencies;
    switch (order.type) {
      case "Prepare":
        await threads.prepare(order.lane, order.shards);
        return done(0);
      case "Hold":
        await threads.hold(order.shards, order.move);
        this.#held(order.shards, order.move);
        return done(0);
      case "LetGo":
        await lanes[order.lane]?.letGo(order.shards);
        return done(0);
      case "Adopt": {
        await follower.take(order.news);
        const isServed = await lanes[order.lane]?.adopt(order.shards);
        return isServed === true ? done(0) : notPlaced(order.lane);
      }
      case "Release":
        await follower.take(order.news);
        await threads.apply(follower.placement);
        await threads.release(order.shards, order.move);
        return done(this.#released(order.shards));
    }
  }

  #held(shards: readonly number[], move: number): void {
    const sinceMs = this.#dependencies.clock.nowMs();
    for (const shard of shards) {
      if (this.#holds.get(shard)?.move !== move) this.#holds.set(shard, { move, sinceMs });
    }
  }

  /** Returns how long the shards were held. */
  #released(shards: readonly number[]): number {
    const nowMs = this.#dependencies.clock.nowMs();
    const heldMs = shards.map((shard) => nowMs - (this.#holds.get(shard)?.sinceMs ?? nowMs));
    for (const shard of shards) this.#holds.delete(shard);
    return Math.max(0, ...heldMs);
  }
}

/** Two orders of one name ask for the same thing. */
function nameOf(order: NodeOrder): string {
  return JSON.stringify(order);
}

function done(heldMs: number): OrderReply {
  return { type: "Done", heldMs };
}

function notPlaced(lane: number): OrderReply {
  return {
    type: "Refused",
    reason: "not_placed",
    detail: `the placement gives other shards to lane ${lane}`,
  };
}

function failed(error: unknown): OrderReply {
  return {
    type: "Refused",
    reason: "failed",
    detail: error instanceof Error ? error.message : String(error),
  };
}
