import type { Clock } from "../ports/clock.ts";
import type { NodeThreads } from "../ports/node-threads.ts";
import type { LanePlace, Placement } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import { encodeMessage } from "./cluster-message.ts";
import type { LaneShards } from "./lane-shards.ts";
import type { NodeOrder, OrderDone, OrderReply, TermOrder } from "./node-order.ts";
import type { PlacementFollower } from "./placement-follower.ts";
import type { PlacementNews } from "./placement-news.ts";

type LetGo = NodeOrder & { readonly type: "LetGo" };

/** What carries out a coordinator's orders at one node. */
export interface OrderDeskDependencies {
  readonly threads: NodeThreads;
  readonly lanes: readonly LaneShards[];
  readonly follower: PlacementFollower;
  readonly clock: Clock;
  /** Tells all nodes of a placement; it may be lost. */
  readonly announce: (news: PlacementNews) => void;
}

interface Hold {
  readonly move: number;
  readonly sinceMs: number;
  /** Where the shard was. */
  readonly place: LanePlace | undefined;
  /** When the routers went on, by a placement that has it elsewhere. */
  endedAtMs: number | undefined;
}

/** Carries out the orders of the newest coordinator, each once at a time, however often it is given. */
export class OrderDesk {
  readonly #dependencies: OrderDeskDependencies;
  readonly #underway = new Map<string, Promise<OrderReply>>();
  /** By shard: since when the routers of this node keep what comes for it. */
  readonly #holds = new Map<number, Hold>();
  #term = 0;
  /** Version of the newest placement that all routers go by. */
  #appliedVersion = 0;

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
    // Also while an earlier order to read them is carried out: somebody carries the move on.
    if (order.type === "Prepare") this.#dependencies.lanes[order.lane]?.expect(order.shards);
    const name = nameOf(order);
    const underway =
      this.#underway.get(name) ??
      this.#carryOut(order)
        .catch(failed)
        .finally(() => this.#underway.delete(name));
    this.#underway.set(name, underway);
    return underway;
  }

  /** All routers go on by this placement. */
  applied({ version, shards }: Placement): void {
    this.#appliedVersion = Math.max(this.#appliedVersion, version);
    const nowMs = this.#dependencies.clock.nowMs();
    for (const [shard, hold] of this.#holds)
      if (!isSamePlace(shards[shard], hold.place)) hold.endedAtMs ??= nowMs;
  }

  async #carryOut(order: NodeOrder): Promise<OrderReply> {
    const { threads, lanes, follower } = this.#dependencies;
    switch (order.type) {
      case "Prepare":
        await threads.prepare(order.lane, order.shards);
        return done(0);
      case "Hold":
        this.#held(order.shards, order.move);
        await threads.hold(order.shards, order.move);
        return done(0);
      case "LetGo":
        await this.#letGo(order);
        return done(0);
      case "Adopt": {
        await follower.take(order.news);
        const adopted = await lanes[order.lane]?.adopt(order.shards);
        if (adopted?.isServed !== true) return notPlaced(order.lane);
        return { ...done(0), servedForMs: adopted.servedForMs };
      }
      case "Release":
        await follower.take(order.news);
        if (this.#appliedVersion < follower.placement.version) await threads.apply(follower.placement);
        await threads.release(order.shards, order.move);
        for (const lane of lanes) lane.expectNoMore(order.shards);
        return done(this.#released(order.shards));
    }
  }

  /** What comes for the shards from now on need not wait at the routers: the target keeps it. */
  async #letGo({ lane, shards, move, next }: LetGo): Promise<void> {
    const { lanes, announce } = this.#dependencies;
    const told = next && {
      to: { node: next.node, lane: next.lane },
      announcement: encodeMessage(next.news),
    };
    if (move === undefined) await lanes[lane]?.forget(shards);
    else await lanes[lane]?.letGo(shards, { move, next: told });
    if (next !== undefined) announce(next.news);
  }

  #held(shards: readonly number[], move: number): void {
    const { clock, follower } = this.#dependencies;
    const sinceMs = clock.nowMs();
    for (const shard of shards) {
      const place = follower.placement.shards[shard];
      if (this.#holds.get(shard)?.move === move) continue;
      this.#holds.set(shard, { move, sinceMs, place, endedAtMs: undefined });
    }
  }

  /** Returns how long the shards were held. */
  #released(shards: readonly number[]): number {
    const nowMs = this.#dependencies.clock.nowMs();
    const heldMs = shards.map((shard) => {
      const { sinceMs = nowMs, endedAtMs = nowMs } = this.#holds.get(shard) ?? {};
      return endedAtMs - sinceMs;
    });
    for (const shard of shards) this.#holds.delete(shard);
    return Math.max(0, ...heldMs);
  }
}

/** Two orders of one name ask for the same thing. */
function nameOf(order: NodeOrder): string {
  return JSON.stringify(order);
}

function done(heldMs: number): OrderDone {
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
