import type { Generator } from "../../engine/contract/testing/generator.ts";
import { isSamePlace } from "../../engine/routing/placement.ts";
import { isOperationOver } from "../../engine/ports/operation-store.ts";
import { generatorFor } from "./seeds.ts";
import type { SimulatedGateway } from "./simulated-gateway.ts";
import { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

const NAMES = ["node-a", "node-b", "node-c", "node-d"];

/** The nodes of a shop: they die, stand still, are cut off, and come back under their names. */
export class SimulatedCluster {
  readonly #world: World;
  readonly #generator: Generator;
  readonly #names: readonly string[];
  readonly #laneCount: number;
  /** By name: the newest run. */
  readonly #nodes = new Map<string, SimulatedNode>();
  readonly #runs = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.#generator = generatorFor(world.seed, "cluster");
    this.#names = NAMES.slice(0, this.#generator.pick([1, 2, 2, 3, 3, 4]));
    this.#laneCount = this.#generator.pick([1, 1, 1, 2]);
  }

  /** The names of all nodes, whether they run or not. */
  get names(): readonly string[] {
    return this.#names;
  }

  get laneCount(): number {
    return this.#laneCount;
  }

  /** Nodes that run. */
  get nodes(): readonly SimulatedNode[] {
    return [...this.#nodes.values()].filter(({ process }) => process.alive);
  }

  /** The node that coordinates; the newest, should an old one not know that it does not. */
  get coordinator(): SimulatedNode | undefined {
    return this.nodes
      .filter(({ cluster }) => cluster.office !== undefined)
      .toSorted((left, right) => (left.cluster.term ?? 0) - (right.cluster.term ?? 0))
      .at(-1);
  }

  node(name: string): SimulatedNode | undefined {
    return this.nodes.find((node) => node.name === name);
  }

  /** A gateway for somebody who prefers the one of this number. */
  gateway(preferred: number): SimulatedGateway | undefined {
    const ready = this.nodes.filter(({ isReady }) => isReady);
    const home = this.#names[preferred % this.#names.length];
    return (ready.find(({ name }) => name === home) ?? ready[preferred % ready.length])?.gateway;
  }

  /** Starts all nodes for the first time. */
  start(): void {
    for (const name of this.#names) this.#start(name);
  }

  /** A process dies where it stands; some time later it is started again. */
  crash(node: SimulatedNode): void {
    if (!node.process.alive) return;
    this.#world.note(`${node.process.name} dies`);
    node.process.kill();
    this.#world.agenda.plan(this.#generator.between(100, 4_000), () => this.#start(node.name));
  }

  /** A process is told to end, within this time, and is started again. */
  restart(node: SimulatedNode, withinMs: number): void {
    if (!node.isReady) return;
    this.#world.note(`${node.process.name} is told to end`);
    const end = (): void => this.crash(node);
    node.stop(withinMs).then(end, end);
  }

  /** A process stands still. */
  pause({ process }: SimulatedNode, forMs: number): void {
    if (!process.alive || process.paused) return;
    this.#world.note(`${process.name} stands still for ${forMs} ms`);
    process.pause();
    this.#world.agenda.plan(forMs, () => {
      this.#world.note(`${process.name} goes on`);
      process.resume();
    });
  }

  /** Why the cluster has not come to rest; undefined when it has. */
  get unrest(): string | undefined {
    const { cluster } = this.#world.database;
    const { shards, version } = cluster.placement;
    for (const { kind, id, status } of cluster.operations.values())
      if (!isOperationOver(status)) return `operation ${kind} ${id} is ${status}`;
    for (const name of this.#names) if (this.node(name)?.isReady !== true) return `${name} does not run`;
    for (const [shard, place] of shards.entries()) {
      const serving = this.nodes
        .flatMap(({ lanes }) => lanes)
        .filter(({ lane }) => lane.state === "serving" && lane.shards.includes(shard));
      if (serving.length !== 1) return `shard ${shard} serves at ${serving.length} lanes`;
      if (!isSamePlace(serving[0]?.place, place)) return `shard ${shard} serves where it does not belong`;
    }
    for (const { name, lanes, gateway, process } of this.nodes) {
      if (process.paused) return `${name} stands still`;
      const routers = [gateway.dispatcher.router, ...lanes.map(({ router }) => router)];
      if (routers.some((router) => router.version !== version))
        return `${name} does not know version ${version}`;
      if (routers.some(({ keptCount }) => keptCount > 0)) return `routers of ${name} keep something`;
      for (const { lane } of lanes) {
        const { outboxPending, callsPending, mailboxDepth } = lane.statistics();
        if (outboxPending + callsPending + mailboxDepth > 0) return `a lane of ${name} has something to do`;
      }
    }
    return undefined;
  }

  #start(name: string): void {
    const run = (this.#runs.get(name) ?? 0) + 1;
    this.#runs.set(name, run);
    const node: SimulatedNode = new SimulatedNode(this.#world, name, run, this.#laneCount, () =>
      this.crash(node),
    );
    this.#nodes.set(name, node);
    this.#world.note(`${node.process.name} starts`);
    node.start().catch((error: unknown) => {
      this.#world.note(`${node.process.name} cannot start: ${String(error)}`);
      this.crash(node);
    });
  }
}
