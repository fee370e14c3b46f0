import type { LanePlace } from "../ports/placement-store.ts";
import type { LaneMove } from "./lane-move.ts";
import { OrderFailed, type NodeOrders } from "./node-orders.ts";
import type { PlacementDesk } from "./placement-desk.ts";
import type { PlacementNews } from "./placement-news.ts";

// How many answers a target may owe in one go while it reads ahead.
const LATE_ANSWERS_MAX = 4;

/** What the orders of a move are given with. */
export interface MoveOrdersDependencies {
  readonly desk: PlacementDesk;
  readonly orders: NodeOrders;
  readonly limits: {
    /** How long a node may take to answer an order before it counts as lost on its way, milliseconds. */
    readonly answerMs: number;
  };
}

/** The orders of one move, to its ends and to those who send to its shards. Each rejects with {OrderFailed}. */
export class MoveOrders {
  readonly #move: LaneMove;
  readonly #dependencies: MoveOrdersDependencies;

  constructor(move: LaneMove, dependencies: MoveOrdersDependencies) {
    this.#move = move;
    this.#dependencies = dependencies;
  }

  /** The target reads on as far as the journal goes now. */
  async prepare(): Promise<void> {
    const { orders, limits } = this.#dependencies;
    const { shards, to } = this.#move;
    await orders.give(to.node, { type: "Prepare", lane: to.lane, shards }, limits.answerMs);
  }

  /**
   * The same for longer than an answer is waited for: a target that is late may be reading, and is asked again if that is still wanted, but
   * not for ever, since its read may hang.
   */
  async readAhead(isWantedThough: (late: OrderFailed) => boolean): Promise<void> {
    for (let answers = 1; ; answers += 1) {
      try {
        return await this.prepare();
      } catch (error) {
        const isAtIt = error instanceof OrderFailed && error.isLate && answers < LATE_ANSWERS_MAX;
        if (!isAtIt || !isWantedThough(error)) throw error;
      }
    }
  }

  async buffer(router: string): Promise<void> {
    const { orders, limits } = this.#dependencies;
    const { number: move, shards } = this.#move;
    await orders.give(router, { type: "Hold", shards, move }, limits.answerMs);
  }

  /** The source stops, and tells the target. */
  async finish(): Promise<void> {
    const { desk, orders, limits } = this.#dependencies;
    const { number: move, shards, from, to } = this.#move;
    const next = { node: to.node, lane: to.lane, news: desk.news };
    await orders.give(from.node, { type: "LetGo", lane: from.lane, shards, move, next }, limits.answerMs);
  }

  /** An end that the placement gives the shards to serves them. Returns for how long it has by then, milliseconds. */
  async adopt({ node, lane }: LanePlace): Promise<number> {
    const { desk, orders, limits } = this.#dependencies;
    const { shards } = this.#move;
    const order = { type: "Adopt", lane, shards, news: desk.news } as const;
    const { servedForMs = 0 } = await orders.give(node, order, limits.answerMs);
    return servedForMs;
  }

  /** The target stops, or never begins. */
  async withdraw(): Promise<void> {
    const { orders, limits } = this.#dependencies;
    const { number: move, shards, to } = this.#move;
    await orders.give(to.node, { type: "LetGo", lane: to.lane, shards, move }, limits.answerMs);
  }

  /** The target needs nothing any more of what it has read ahead. */
  async forget(): Promise<void> {
    const { orders, limits } = this.#dependencies;
    const { shards, to } = this.#move;
    await orders.give(to.node, { type: "LetGo", lane: to.lane, shards }, limits.answerMs);
  }

  /** Returns how long the router's node kept what came for the shards, milliseconds. */
  async release(router: string, news: PlacementNews): Promise<number> {
    const { orders, limits } = this.#dependencies;
    const { number: move, shards } = this.#move;
    const order = { type: "Release", shards, move, news } as const;
    return (await orders.give(router, order, limits.answerMs)).heldMs;
  }
}
