import { InvariantBroken } from "../../engine/contract/assert.ts";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { formatLanePlace, parseLanePlace } from "../../engine/routing/lane-place.ts";
import { ClusterNode } from "../../engine/shards/cluster-node.ts";
import { BusEndpoint } from "../../engine/transport/bus/bus-endpoint.ts";
import type { BusLink } from "../../engine/transport/bus/bus-link.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import { SimulatedGateway } from "./simulated-gateway.ts";
import { SimulatedLane } from "./simulated-lane.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { connectStores, type SimulatedStores } from "./simulated-stores.ts";
import { SimulatedThreads } from "./simulated-threads.ts";
import { WAY_MS } from "./thread-calls.ts";
import { ThreadLink } from "./thread-link.ts";
import { watchfulLog } from "./watchful-log.ts";
import type { World } from "./world.ts";

const TOPICS = new ClusterTopics("simulation");
const RETRY_AFTER_MS = 200;

/** What the lanes of a node tell it. */
export interface NodeHooks {
  /** Other owners have these shards of a lane. */
  readonly lost: (lane: number, shards: readonly number[]) => void;
  /** A lane cannot go on. */
  readonly ended: () => void;
}

/** How to reach a thread of the same node: what is sent there, and what it sends back. */
interface Thread {
  readonly receive: (link: Link, items: readonly Item[]) => void;
  /** Something between the two ends of a link is lost, or the other end is gone. */
  readonly broken: (link: BusLink) => void;
  readonly links: Map<string, Link>;
  endpoint: BusEndpoint | undefined;
}

/** One run of a node: a process with a supervisor, lanes and a gateway. All of it but the ports is the program. */
export class SimulatedNode {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly lanes: readonly SimulatedLane[];
  readonly gateway: SimulatedGateway;
  readonly cluster: ClusterNode;
  readonly #world: World;
  readonly #hooks: NodeHooks;
  /** Lanes by `node/lane-0`, and the gateway. */
  readonly #threads = new Map<string, Thread>();
  readonly #stores: SimulatedStores;
  #incarnation = 0;
  #isReady = false;

  /** `run` counts the starts of this node; `ended` is called when the process cannot go on. */
  constructor(world: World, name: string, run: number, laneCount: number, ended: () => void) {
    const { agenda, database, bus, entropy } = world;
    this.name = name;
    this.#world = world;
    this.process = new SimulatedProcess(`${name}#${run}`, agenda);
    this.#hooks = {
      lost: (lane, shards) => this.process.plan(0, () => this.cluster.agent.lost(lane, shards)),
      // A lane ends in the middle of something; its process a moment later.
      ended: () => void this.process.plan(0, ended),
    };
    this.#stores = connectStores(database, this.process);
    const placement = { version: 0, shards: database.cluster.placement.shards.map(() => undefined) };
    const gatewayName = `${name}/gateway-0`;
    this.gateway = new SimulatedGateway(world, this.process, gatewayName, placement, {
      linkTo: (place) => this.#link(gatewayName, place),
      doubted: () => void this.process.plan(WAY_MS, () => this.cluster.agent.doubt()),
    });
    this.#open(gatewayName, {
      receive: (_, items) => this.gateway.receive(items),
      broken: ({ to }) => this.#missed(to),
    });
    this.lanes = Array.from({ length: laneCount }, (_, number) => {
      const place = { node: name, lane: number };
      const endpoint = formatLanePlace(place);
      const lane = new SimulatedLane(
        world,
        this.process,
        {
          place,
          run,
          incarnation: () => this.#incarnation,
          placement,
          bus: bus.connect(this.process),
          topics: TOPICS,
        },
        (to) => this.#link(endpoint, to),
        this.#hooks,
      );
      this.#open(endpoint, {
        receive: (link, items) => lane.lane.receive(link, items),
        // Whoever watches over it asks again, if it is still there.
        broken: (link) => lane.lane.forget(link),
      });
      return lane;
    });
    this.cluster = new ClusterNode({
      ...this.#stores,
      node: name,
      laneCount,
      threads: new SimulatedThreads(this.process, this.lanes, this.gateway),
      bus: bus.connect(this.process),
      topics: TOPICS,
      clock: this.process.clock,
      log: watchfulLog(world, this.process.name, ({ err }) => this.#judge(err)),
      entropy,
      limits: CLUSTER_LIMITS,
      coordinates: () => undefined,
      vitals: () => ({
        databaseReachable: !database.isCutFrom(this.process),
        release: "1.0.0",
        protocol: 1,
      }),
    });
  }

  /** Whether its gateway takes clients. */
  get isReady(): boolean {
    return this.#isReady && this.process.alive;
  }

  /** Joins the cluster. @throws when the database cannot be read: the process has to end. */
  async start(): Promise<void> {
    await Promise.all(this.lanes.map(({ lane }) => lane.open()));
    const start = { node: this.name, lanes: this.lanes.length, capacity: 1 };
    this.#incarnation = (await this.#stores.nodeStore.started(start)).incarnation;
    await this.cluster.start(this.#incarnation);
    this.#isReady = true;
  }

  /** Gives its shards away within this time and stops, as it is told to. Resolves when the process may end. */
  async stop(withinMs: number): Promise<void> {
    this.#isReady = false;
    // Nobody may be there to take its shards: then they wait for its return.
    if (!(await this.cluster.leave(withinMs))) this.#world.faults.disturb();
    await this.cluster.stop();
    await Promise.all(this.lanes.map(({ lane }) => lane.stop()));
  }

  #judge(error: unknown): void {
    const { violations } = this.#world;
    const isOwn =
      error instanceof InvariantBroken || error instanceof TypeError || error instanceof RangeError;
    if (isOwn) violations.add("invariants", String(error.stack));
  }

  #open(name: string, { receive, broken }: Pick<Thread, "receive" | "broken">): void {
    const { bus, entropy } = this.#world;
    const thread: Thread = { receive, broken, links: new Map(), endpoint: undefined };
    this.#threads.set(name, thread);
    thread.endpoint = new BusEndpoint({
      name,
      topics: TOPICS,
      bus: bus.connect(this.process),
      clock: this.process.clock,
      entropy,
      log: watchfulLog(this.#world, name, ({ err }) => this.#judge(err)),
      retryAfterMs: RETRY_AFTER_MS,
      receive,
      onGap: broken,
      onGone: broken,
    });
  }

  /** The link from a thread to a lane: over the bus, unless both are of this node. */
  #link(from: string, place: LanePlace): Link {
    const to = formatLanePlace(place);
    const thread = this.#threads.get(from) as Thread;
    return place.node === this.name ? this.#within(from, to) : (thread.endpoint as BusEndpoint).link(to);
  }

  /** The link from one thread of this node to another: what is answered there comes back to the first one. */
  #within(from: string, to: string): Link {
    const sender = this.#threads.get(from) as Thread;
    const known = sender.links.get(to);
    if (known !== undefined) return known;
    // A lane that is not there any more has nobody who hears.
    const receiver = this.#threads.get(to);
    const link = new ThreadLink(this.process, (items) => receiver?.receive(this.#within(to, from), items));
    sender.links.set(to, link);
    return link;
  }

  /** Something between the gateway and a lane is lost. */
  #missed(lane: string): void {
    const place = parseLanePlace(lane);
    if (place !== undefined) this.gateway.dispatcher.missed(place);
  }
}
