import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { ClusterChange } from "../../engine/operator/cluster-change.ts";
import type { ClusterReply, ClusterRequest } from "../../engine/operator/cluster-request.ts";
import { isOperationOver } from "../../engine/ports/operation-store.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

const ASK_AGAIN_MS = 1_000;
const CANCEL_CHANCE_PERCENT = 15;
const CANCEL_MAX_MS = 300;
const SHARDS_MAX = 4;

/** Somebody who moves shards, empties nodes, and changes his mind: by way of any node, like everybody who operates the cluster. */
export class ShardOperator {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;

  constructor(world: World, cluster: SimulatedCluster) {
    this.#world = world;
    this.#cluster = cluster;
  }

  /** Moves a few shards somewhere; sometimes the move is cancelled in the middle. */
  move(generator: Generator): void {
    const { names, laneCount } = this.#cluster;
    const { shards: places } = this.#world.database.cluster.placement;
    const first = generator.below(places.length);
    const count = generator.between(1, SHARDS_MAX);
    const shards = Array.from({ length: count }, (_, index) => (first + index * 3) % places.length);
    const node = names[generator.below(names.length)] as string;
    const lane = generator.chance(50) ? null : generator.below(laneCount);
    this.#execute({ type: "MoveShards", shards: [...new Set(shards)], node, lane }, generator);
    if (generator.chance(CANCEL_CHANCE_PERCENT))
      this.#world.agenda.plan(generator.below(CANCEL_MAX_MS), () => this.cancel(generator));
  }

  /** Changes something else. */
  operate(generator: Generator): void {
    const { names } = this.#cluster;
    const node = names[generator.below(names.length)] as string;
    const all = [...this.#world.database.cluster.placement.shards.keys()];
    const change = generator.pick<ClusterChange>([
      { type: "DrainNode", node },
      { type: "DrainNode", node },
      { type: "UndrainNode", node },
      { type: "CordonNode", node },
      { type: "Rebalance" },
      { type: "PinShards", shards: all.filter(() => generator.chance(30)) },
      { type: "UnpinShards", shards: all },
      { type: "UnpinShards", shards: all },
    ]);
    this.#execute(change, generator);
  }

  /** Cancels what is being carried out. */
  cancel(generator: Generator): void {
    const open = [...this.#world.database.cluster.operations.values()].find(
      ({ status }) => !isOperationOver(status),
    );
    if (open !== undefined) this.#ask({ type: "Cancel", operation: open.id, askedBy: "bert" }, generator);
  }

  /** At the end of the day every node takes shards again. */
  putRight(): void {
    for (const node of this.#cluster.names) this.#undrain(node);
  }

  #undrain(node: string): void {
    const record = this.#world.database.cluster.nodes.get(node);
    if (record !== undefined && !record.cordoned && !record.draining) return;
    const by = this.#cluster.nodes.find(({ isReady }) => isReady);
    const id = this.#world.entropy.uuid();
    const change = { type: "UndrainNode", node } as const;
    void by?.cluster.operator.ask({ type: "Execute", change, id, askedBy: "anna", planId: null });
    this.#world.agenda.plan(ASK_AGAIN_MS, () => this.#undrain(node));
  }

  #execute(change: ClusterChange, generator: Generator): void {
    const id = this.#world.entropy.uuid();
    this.#ask({ type: "Execute", change, id, askedBy: "anna", planId: null }, generator);
  }

  #ask(request: ClusterRequest, generator: Generator): void {
    const nodes = this.#cluster.nodes.filter(({ isReady }) => isReady);
    const by: SimulatedNode | undefined = nodes[generator.below(Math.max(nodes.length, 1))];
    if (by === undefined) return;
    this.#world.note(`${by.process.name} is asked for ${JSON.stringify(request)}`);
    by.cluster.operator.ask(request).then(
      (reply) => this.#heard(reply),
      (error: unknown) => this.#world.violations.add("invariants", `an operator hears ${String(error)}`),
    );
  }

  #heard(reply: ClusterReply): void {
    const text =
      reply.type === "Begun" ? `${reply.operation.kind} ${reply.operation.status}` : JSON.stringify(reply);
    this.#world.note(`the operator hears ${text}`);
  }
}
