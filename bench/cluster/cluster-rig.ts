import type { Entropy } from "../../engine/ports/entropy.ts";
import type { ClusterChange } from "../../engine/operator/cluster-change.ts";
import type { ClusterRequest, ClusterReply } from "../../engine/operator/cluster-request.ts";
import type { Operation } from "../../engine/ports/operation-store.ts";
import { defaultClusterLimits, type ClusterLimits } from "../../engine/shards/cluster-limits.ts";
import { ClusterNode } from "../../engine/shards/cluster-node.ts";
import type { HandOverPhase } from "../../engine/shards/hand-over.ts";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { SequentialEntropy } from "../../engine/testing/sequential-entropy.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import { MemoryCluster } from "../../persistence/memory/cluster.ts";
import { memoryCoordinatorLock } from "../../persistence/memory/coordinator-lock.ts";
import { memoryNodeStore } from "../../persistence/memory/node-store.ts";
import { memoryOperationStore } from "../../persistence/memory/operation-store.ts";
import { memoryPlacementStore } from "../../persistence/memory/placement-store.ts";
import { Gate } from "./gate.ts";
import { Owners, RigThreads } from "./rig-threads.ts";
import { SilentBus } from "./silent-bus.ts";

const TOPICS = new ClusterTopics("rig");
const STORE_MS = 2;
const THREAD_MS = 4;
const BUS_MS = 1;
const WAIT_MS_MAX = 60_000;

export const RIG_LIMITS: ClusterLimits = {
  ...defaultClusterLimits,
  office: { ...defaultClusterLimits.office, prepareMs: 5_000, pausedMs: 1_000, answerMs: 300 },
  rebalancer: { ...defaultClusterLimits.rebalancer, steadyMs: 5_000, cooldownMs: 5_000 },
};

/** A running node of the rig. */
export interface RigNode {
  readonly name: string;
  readonly gate: Gate;
  /** Its connection, outside of the gate. */
  readonly bus: SilentBus;
  readonly node: ClusterNode;
  readonly threads: RigThreads;
  /** What its supervisor says of the database. */
  databaseReachable: boolean;
  isDead: boolean;
}

/**
 * Nodes of one cluster in one process, on a manual clock: everything but lanes, routers, network and database is the
 * program. Every message, every look into a store and every task of a lane takes its time, so that a node can be killed between
 * any two of them.
 */
export class ClusterRig {
  readonly clock = new ManualClock();
  readonly log = new CollectingLog();
  readonly stored: MemoryCluster;
  readonly bus: MemoryBusServer;
  readonly owners: Owners;
  readonly nodes: RigNode[] = [];
  /** What each shard costs its lane, as a share of one core. Others cost nothing. */
  readonly costs = new Map<number, number>();
  readonly #entropy: Entropy = new SequentialEntropy();

  constructor(shardCount = 12) {
    this.stored = new MemoryCluster(shardCount, () => this.clock.nowMs());
    this.bus = this.anotherBus();
    this.owners = new Owners(
      () => this.stored.placement,
      (shard, owner) => this.living.some(({ threads }) => threads.serves(shard, owner)),
    );
  }

  /** A bus that no node is connected to yet. */
  anotherBus(): MemoryBusServer {
    return new MemoryBusServer(this.clock, (deliver) => void this.clock.after(BUS_MS, deliver));
  }

  /** Nodes that have been started and not killed. */
  get living(): readonly RigNode[] {
    return this.nodes.filter(({ isDead }) => !isDead);
  }

  /** The node that coordinates; the newest, should an old one not know that it does not. */
  get coordinator(): RigNode {
    const byTerm = this.living.toSorted((one, other) => (one.node.term ?? 0) - (other.node.term ?? 0));
    const newest = byTerm.at(-1);
    if (newest?.node.office === undefined) throw new Error("nobody coordinates");
    return newest;
  }

  node(name: string): RigNode {
    const found = this.living.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no living node ${name}`);
    return found;
  }

  /** A cluster of these nodes whose shards all serve. */
  static async serving(names: readonly string[], shardCount = 12, laneCount = 2): Promise<ClusterRig> {
    const rig = new ClusterRig(shardCount);
    await Promise.all([...names.map((name) => rig.start(name, laneCount)), rig.clock.advance(100)]);
    await rig.until("all shards serve", () => rig.allServe());
    return rig;
  }

  /** Starts a node; on another bus it hears none of the others. */
  async start(name: string, laneCount = 2, server = this.bus): Promise<RigNode> {
    const gate = new Gate();
    const bus = new SilentBus(server.connect(), this.clock);
    const clock = gate.clock(this.clock);
    const run = this.nodes.filter((each) => each.name === name).length + 1;
    const store = <Port extends object>(port: Port): Port => gate.port(port, this.clock, STORE_MS);
    const { owners, costs, log } = this;
    const surroundings = { owners, costs, bus: gate.bus(bus), topics: TOPICS, clock, log, store };
    const threads = new RigThreads(name, run, laneCount, surroundings);
    const nodeStore = store(memoryNodeStore(this.stored));
    const node = new ClusterNode({
      node: name,
      laneCount,
      threads: gate.port(threads, this.clock, THREAD_MS),
      placements: store(memoryPlacementStore(this.stored)),
      nodeStore,
      operations: store(memoryOperationStore(this.stored)),
      lock: store(memoryCoordinatorLock(this.stored)),
      bus: gate.bus(bus),
      topics: TOPICS,
      clock,
      log: this.log,
      entropy: this.#entropy,
      limits: RIG_LIMITS,
      coordinates: () => undefined,
      vitals: () => ({
        databaseReachable: started.databaseReachable,
        release: "1.0.0",
        protocol: 1,
      }),
    });
    const started: RigNode = {
      name,
      gate,
      bus,
      node,
      threads,
      databaseReachable: true,
      isDead: false,
    };
    this.nodes.push(started);
    const { incarnation } = await nodeStore.started({ node: name, lanes: laneCount, capacity: 1 });
    await node.start(incarnation);
    return started;
  }

  /** kill -9: nothing that the node has begun goes on, and its connections break. */
  kill(victim: RigNode): void {
    const isCoordinator = victim.node.term !== undefined;
    victim.gate.kill();
    victim.isDead = true;
    void victim.bus.close();
    if (isCoordinator) this.stored.breakLock();
  }

  /** Lets time pass in small steps until something is so. */
  async until(what: string, isSo: () => boolean, withinMs = WAIT_MS_MAX): Promise<void> {
    const endsAtMs = this.clock.nowMs() + withinMs;
    while (!isSo()) {
      if (this.clock.nowMs() >= endsAtMs) {
        throw new Error(`waited ${withinMs} ms until ${what}\n${this.report()}`);
      }
      await this.clock.advance(1);
    }
  }

  /** Asks the coordinator by way of a node; time passes meanwhile. */
  async ask(by: RigNode, request: ClusterRequest): Promise<ClusterReply> {
    let reply: ClusterReply | undefined;
    void by.node.operator.ask(request).then((given) => {
      reply = given;
    });
    await this.until("there is a reply", () => reply !== undefined);
    return reply as ClusterReply;
  }

  /** Has the coordinator change something, by way of a node. */
  execute(change: ClusterChange, planId: string | null = null, by = this.coordinator): Promise<ClusterReply> {
    return this.ask(by, { type: "Execute", change, id: this.#entropy.uuid(), askedBy: "anna", planId });
  }

  /** Begins a move of shards to a lane of a node. */
  async move(shards: readonly number[], node: string, lane: number | null = 0): Promise<string> {
    const reply = await this.execute({ type: "MoveShards", shards, node, lane });
    if (reply.type !== "Begun") throw new Error(`the move was not begun: ${JSON.stringify(reply)}`);
    return reply.operation.id;
  }

  /** Lets time pass until the only hand-over that is under way is in this phase. */
  async untilPhase(phase: HandOverPhase): Promise<void> {
    await this.until(`a hand-over is ${phase}`, () =>
      this.living.some(({ node }) => node.office?.operations.active[0]?.phase === phase),
    );
  }

  operation(id: string): Operation {
    const operation = this.stored.operations.get(id);
    if (operation === undefined) throw new Error(`no operation ${id}`);
    return operation;
  }

  async ended(id: string): Promise<Operation> {
    await this.until("the operation is over", () => this.operation(id).endedAtMs !== null);
    return this.operation(id);
  }

  /** Whether every shard serves at exactly the lane where it belongs, and every router sends there. */
  allServe(): boolean {
    return this.stored.placement.shards.every((place, shard) => {
      if (place === undefined) return false;
      const there = `${place.node}/lane-${place.lane}`;
      const serving = this.living.flatMap(({ threads }) => threads.servingAt(shard));
      const isRouted = this.living.every(({ threads }) => threads.routeTo(shard) === there);
      return serving.length === 1 && serving[0] === there && isRouted;
    });
  }

  /** What is where, for a test that waited in vain. */
  report(): string {
    const shards = this.stored.placement.shards.map((place, shard) => {
      const serving = this.living.flatMap(({ threads }) => threads.servingAt(shard));
      const routes = this.living.map(({ name, threads }) => `${name}→${threads.routeTo(shard) ?? "held"}`);
      return `${shard}: ${place?.node}/lane-${place?.lane} serving ${serving.join()} routes ${routes.join(" ")}`;
    });
    const operations = [...this.stored.operations.values()].map(
      ({ kind, status, state }) => `${kind} ${status} ${JSON.stringify(state)}`,
    );
    const terms = this.living.map(({ name, node }) => `${name} term ${node.term}`);
    return [
      ...terms,
      `version ${this.stored.placement.version}`,
      ...shards,
      ...operations,
      ...this.log.warnings,
    ].join("\n");
  }
}
