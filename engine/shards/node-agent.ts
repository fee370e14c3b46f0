import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { NodeThreads } from "../ports/node-threads.ts";
import type { Placement, PlacementStore } from "../ports/placement-store.ts";
import { shardsAt } from "../routing/placement.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { UnknownVersion, type UnknownVersions } from "../transport/unknown-versions.ts";
import { decodeMessage, encodeMessage } from "./cluster-message.ts";
import { LaneShards, type LaneShardsLimits } from "./lane-shards.ts";
import type { OrderReply, TermOrder } from "./node-order.ts";
import { OrderDesk } from "./order-desk.ts";
import { PlacementFollower, type FollowerLimits } from "./placement-follower.ts";
import type { PlacementNews } from "./placement-news.ts";
import type { NodeShards } from "./sign-of-life.ts";

/** Bounds of a node's part in the cluster. */
export type NodeAgentLimits = LaneShardsLimits & FollowerLimits;

/** Sound for a few dozen nodes. */
export const defaultNodeAgentLimits: NodeAgentLimits = {
  adoptAtOnceMax: 32,
  retryMs: 500,
  retryMaxMs: 30_000,
  leavingMs: 10_000,
  pollMs: 10_000,
  pollAwayMs: 1_000,
  doubtMs: 250,
};

/** What an agent needs of its node. */
export interface NodeAgentDependencies {
  readonly node: string;
  readonly laneCount: number;
  readonly threads: NodeThreads;
  readonly placements: PlacementStore;
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: NodeAgentLimits;
  readonly unknownVersions: UnknownVersions;
}

/**
 * One node's part in the cluster: its routers and lanes follow the placement, and what a coordinator orders in a planned
 * move is carried out. Without a coordinator, and without a bus, it goes on with what the store says.
 */
export class NodeAgent {
  readonly #dependencies: NodeAgentDependencies;
  readonly #lanes: readonly LaneShards[];
  readonly #follower: PlacementFollower;
  readonly #orders: OrderDesk;
  #ends: (() => void)[] = [];

  constructor(dependencies: NodeAgentDependencies) {
    this.#dependencies = dependencies;
    const { node, laneCount, threads, placements, bus, topics, clock, log, limits } = dependencies;
    this.#follower = new PlacementFollower({
      store: placements,
      clock,
      log,
      limits,
      isInReach: () => bus.state === "connected",
      changed: (placement) => this.#changed(placement),
    });
    this.#lanes = Array.from(
      { length: laneCount },
      (_, lane) =>
        new LaneShards({
          lane,
          threads,
          clock,
          log,
          limits,
          expected: () => shardsAt(this.placement, { node, lane }),
          refresh: () => this.#follower.refresh(),
        }),
    );
    this.#orders = new OrderDesk({
      threads,
      lanes: this.#lanes,
      follower: this.#follower,
      clock,
      announce: (news) => void bus.publish(topics.placement, encodeMessage(news)),
    });
  }

  /** The newest placement that this node knows. */
  get placement(): Placement {
    return this.#follower.placement;
  }

  get shards(): NodeShards {
    const { node } = this.#dependencies;
    const serving = this.#lanes.reduce((count, lane) => count + lane.serving.size, 0);
    const expected = this.placement.shards.filter((place) => place?.node === node).length;
    return { serving, expected };
  }

  /** How many of the node's shards could not be read, and are tried again. */
  get unreadableShards(): number {
    return this.#lanes.reduce((count, lane) => count + lane.unreadable, 0);
  }

  /**
   * Begins to follow the placement, and to take orders.
   * @throws when the placement cannot be read.
   */
  async start(): Promise<void> {
    const { node, bus, topics } = this.#dependencies;
    await this.#follower.start();
    this.#ends = [
      bus.subscribe(topics.placement, (payload) => this.#announced(payload)),
      bus.answer(topics.control(node), (payload) => this.#ordered(payload)),
      bus.onState(() => this.#follower.reachChanged()),
    ];
    // What was announced before the subscription is not missed.
    await this.#follower.refresh();
  }

  /** Reads the stored placement, now. @throws when it cannot be read. */
  refresh(): Promise<void> {
    return this.#follower.refresh();
  }

  /** A lane of the cluster has turned away what the known placement gives to it. */
  doubt(): void {
    this.#follower.doubt();
  }

  /** Other owners have these shards of a lane, as the journal says. */
  lost(lane: number, shards: readonly number[]): void {
    this.#lanes[lane]?.lost(shards);
  }

  /**
   * Follows nothing any more, and has its lanes let go of all that they have: whoever waits there is sent on, again and again until
   * there is another owner. Resolves when the journal has everything. Never rejects.
   */
  async letGo(): Promise<void> {
    const { log } = this.#dependencies;
    this.stop();
    const departures = await Promise.allSettled(this.#lanes.map((lane) => lane.letGoOfAll()));
    for (const departure of departures)
      if (departure.status === "rejected")
        log.warn({ err: departure.reason }, "a lane could not let go of its shards");
  }

  /** Follows nothing any more; the lanes keep what they have. */
  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#follower.stop();
    for (const lane of this.#lanes) lane.stop();
  }

  #changed(placement: Placement): void {
    const { threads, log } = this.#dependencies;
    threads.apply(placement).then(
      () => this.#orders.applied(placement),
      (error: unknown) =>
        log.error({ err: error, version: placement.version }, "routers could not be told of a placement"),
    );
    for (const lane of this.#lanes) lane.agree();
  }

  #announced(payload: string): void {
    const { log } = this.#dependencies;
    this.#takeNews(payload).catch((error: unknown) =>
      log.warn({ err: error }, "an announced placement could not be taken in"),
    );
  }

  async #takeNews(payload: string): Promise<void> {
    try {
      await this.#follower.take(decodeMessage(payload) as PlacementNews);
    } catch (error) {
      if (!(error instanceof UnknownVersion)) throw error;
      this.#dependencies.unknownVersions.met("the coordinator", error);
      // What it says is in the store as well.
      await this.#follower.refresh();
    }
  }

  async #ordered(payload: string): Promise<string> {
    try {
      return encodeMessage(await this.#orders.take(decodeMessage(payload) as TermOrder));
    } catch (error) {
      if (!(error instanceof UnknownVersion)) throw error;
      this.#dependencies.unknownVersions.met("the coordinator", error);
      const reply: OrderReply = { type: "Refused", reason: "failed", detail: error.message };
      return encodeMessage(reply);
    }
  }
}
