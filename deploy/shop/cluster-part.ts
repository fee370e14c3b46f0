import { assert } from "../../engine/contract/assert.ts";
import type { ClusterOperator } from "../../engine/operator/cluster-operator.ts";
import type { Bus } from "../../engine/ports/bus.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { ClusterStatistics } from "../../engine/shards/cluster-counters.ts";
import type { ClusterNode } from "../../engine/shards/cluster-node.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresNodeStore } from "../../persistence/postgres/node-store.ts";
import { NODE, type Config } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { connectBus } from "../workers/thread-bus.ts";
import type { SettingDigests } from "../../engine/shards/heartbeat.ts";
import { BusPulse } from "./bus-pulse.ts";
import { DatabasePulse } from "./database-pulse.ts";
import { Hearing } from "./hearing.ts";
import { JoiningChecks } from "./joining-checks.ts";
import { assertOneCluster } from "./one-cluster.ts";
import { shardTrouble } from "./shard-trouble.ts";
import { settingDigests } from "./shared-settings.ts";
import { shopNode } from "./shop-node.ts";
import type { ThreadDirector } from "./thread-director.ts";

// Lanes of all nodes are alike.
const LANE_CAPACITY = 1;
const SERVING_LOOK_MS = 5;

/** What a node joins its cluster with. */
export interface JoiningNode {
  readonly database: Database;
  /** The database once more, for what must not wait long. */
  readonly stores: Database;
  readonly threads: ThreadDirector;
  readonly coordinates: (isCoordinator: boolean) => void;
}

/** This node's part in its cluster: its bus, its name, its shards. A shop that is alone is a cluster of one. */
export class ClusterPart {
  readonly bus: Bus;
  /** How the node is called. */
  readonly name: string;
  readonly #config: Config;
  readonly #log: Log;
  readonly #failed: (error: Error) => void;
  readonly #checks: JoiningChecks | undefined;
  readonly #digests: SettingDigests | undefined;
  #hearing: Hearing | undefined;
  #pulse: DatabasePulse | undefined;
  #busPulse: BusPulse | undefined;
  #node: ClusterNode | undefined;
  #incarnation: number | undefined;
  #isLeaving = false;

  /** Connects to the bus, and listens whether somebody has the node's name. `failed`: the process has to end. */
  constructor(config: Config, log: Log, failed: (error: Error) => void) {
    this.#config = config;
    this.#log = log;
    this.#failed = failed;
    const { cluster } = config;
    this.name = cluster?.node ?? NODE;
    if (cluster === undefined) {
      this.bus = new MemoryBusServer(systemClock).connect();
      return;
    }
    // Whoever starts it may not know any more what the environment of the terminal is.
    const membership = { node: this.name, cluster: cluster.cluster };
    log.info(membership, "NATS_URL is set: this shop joins a cluster, on the database of DATABASE_URL");
    this.bus = connectBus(cluster, { node: cluster.node, role: "supervisor", number: 0 }, log);
    const { secret, adminToken } = config;
    assert(secret !== undefined && adminToken !== undefined, "a node of a cluster is given what all share");
    this.#digests = settingDigests(secret, adminToken);
    this.#checks = new JoiningChecks(cluster, this.bus, this.#digests, log);
  }

  /** Why the node should get no shoppers at the moment; undefined when it may. */
  get trouble(): string | undefined {
    if (this.#isLeaving) return "the node is leaving";
    const agent = this.#node?.agent;
    return agent && shardTrouble(agent.shards, agent.unreadableShards);
  }

  /** Why the database is out of reach; undefined while it answers. */
  get databaseTrouble(): string | undefined {
    return this.#pulse?.trouble;
  }

  /** Whether the node reaches others by a bus that can fail. */
  get hasBus(): boolean {
    return this.#config.cluster !== undefined;
  }

  /** Why the node is of no use without its bus; undefined when it has one, or can do without for now. */
  get busTrouble(): string | undefined {
    return this.#busPulse?.trouble ?? this.#hearing?.trouble;
  }

  /** The cluster for operators; undefined before {@link join}. */
  get operator(): ClusterOperator | undefined {
    return this.#node?.operator;
  }

  /** Whether the node waits for its bus. */
  get isBusAway(): boolean {
    return this.hasBus && this.bus.state === "away";
  }

  /** Shards of the node that its lanes cannot read. */
  get unreadableShards(): number {
    return this.#node?.agent.unreadableShards ?? 0;
  }

  /** Nodes that are not known to have ended, this one included. */
  get livingNodes(): readonly string[] {
    return this.#node?.livingNodes ?? [this.name];
  }

  /** Numbers of the node's part; undefined before {@link join}. */
  get statistics(): ClusterStatistics | undefined {
    return this.#node?.statistics;
  }

  /**
   * Resolves when nobody else has the node's name: before that no thread of it may listen on the bus. From then on no earlier
   * start of the node takes shards over; returns the number of this one.
   * @throws {ConfigError} when another node has the name, the nodes on this database form another cluster, or they have another secret
   * or token.
   */
  async register(database: Database): Promise<number> {
    const { cluster } = this.#config;
    if (cluster !== undefined) await assertOneCluster(database, cluster.cluster);
    await this.#checks?.passed();
    const start = { node: this.name, lanes: this.#config.lanes, capacity: LANE_CAPACITY };
    const { incarnation } = await postgresNodeStore(database).started(start);
    this.#incarnation = incarnation;
    this.#checks?.take(incarnation, this.#failed);
    return incarnation;
  }

  /** Takes part, after {@link register}: from now on the node follows the placement. */
  async join({ database, stores, threads, coordinates }: JoiningNode): Promise<void> {
    assert(this.#incarnation !== undefined, "the node is registered");
    const { cluster, lanes: laneCount } = this.#config;
    this.#pulse = new DatabasePulse(database, systemClock);
    const [bus, pulse, log] = [this.bus, this.#pulse, this.#log];
    const settings = this.#digests;
    const node = shopNode({
      cluster,
      laneCount,
      bus,
      database,
      stores,
      pulse,
      threads,
      coordinates,
      settings,
      log,
    });
    this.#node = node;
    const { agent } = node;
    await node.start(this.#incarnation);
    this.#busPulse = new BusPulse(bus, systemClock, () => agent.shards);
    if (this.hasBus) this.#hearing = new Hearing(() => node.isStranger, systemClock, log);
  }

  /** Resolves when every shard has been given to a node, and this one serves its own. */
  async serves(): Promise<void> {
    while (!this.#isComplete()) await Bun.sleep(SERVING_LOOK_MS);
  }

  /** Other owners have taken these shards of a lane. */
  lost(lane: number, shards: readonly number[]): void {
    this.#node?.agent.lost(lane, shards);
  }

  /** Something was turned away by a lane that should have it by the placement that this node knows. */
  doubt(): void {
    this.#node?.agent.doubt();
  }

  /** From now on the node wants no shoppers, and no further shards. */
  announceEnd(): void {
    this.#isLeaving = true;
    this.#node?.announceEnd();
  }

  /** Gives the node's shards to others; says so when they stay: where all nodes end, somebody has to start for them. */
  async leave(withinMs: number): Promise<void> {
    if (this.#config.cluster === undefined || this.#node === undefined) return;
    if (await this.#node.leave(withinMs)) return;
    if (this.#node.isLast) {
      this.#log.info({}, "the cluster ends with this node, which keeps its shards for its next start");
      return;
    }
    this.#log.warn(
      {},
      "this node ends with shards that no other node takes at the moment; whoever starts or lives gets them",
    );
  }

  async close(): Promise<void> {
    this.#checks?.stop();
    this.#hearing?.stop();
    await this.#node?.stop();
    this.#pulse?.stop();
    this.#busPulse?.stop();
  }

  #isComplete(): boolean {
    if (this.#node === undefined) return false;
    const { shards, placement } = this.#node.agent;
    return shards.serving === shards.expected && placement.shards.every((place) => place !== undefined);
  }
}
