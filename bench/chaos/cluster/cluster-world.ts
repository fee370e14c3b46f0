import { join } from "node:path";
import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import { NetworkProxy } from "../../../engine/testing/network-proxy.ts";
import { CLUSTER_SECRET, ShopCluster } from "../../cluster/shop-cluster.ts";
import { logPathOf } from "../../crash/shop-process.ts";
import type { HistoryReader } from "../../history/history-file.ts";
import type { ChaosPostgres } from "../chaos-postgres.ts";
import type { Load } from "../load/load.ts";
import { HOT_SKU } from "../load/steady-crowd.ts";
import { present, TestedGround } from "../tested-ground.ts";
import type { TestedWorld } from "../tested-world.ts";

const TENANT = "shop";
const SHARDS = 256;

/**
 * A cluster with a Postgres, a nats-server and a crowd, all of them real processes of our own on loopback. The crowd comes through
 * one door, as through a load balancer; each node has a network of its own to Postgres and to NATS, which can be cut.
 */
export class ClusterWorld implements TestedWorld {
  readonly #nodeCount: number;
  readonly #ground = new TestedGround(() => this.#cluster?.killSoon());
  readonly #door = new NetworkProxy(() => this.#doors());
  #turn = 0;
  #cluster: ShopCluster | undefined;

  private constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
  }

  /** Starts everything. @throws when a part does not start; nothing is left then. */
  static async open(nodeCount: number): Promise<ClusterWorld> {
    const world = new ClusterWorld(nodeCount);
    try {
      await world.#start();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get postgres(): ChaosPostgres {
    return this.#ground.postgres;
  }

  get cluster(): ShopCluster {
    return present(this.#cluster);
  }

  get load(): Load {
    return this.#ground.load;
  }

  get history(): HistoryReader {
    return this.#ground.history;
  }

  get logs(): ReadonlyMap<string, string> {
    const nodes = this.#names.map((name) => [name, logPathOf(this.cluster.dataDirectory(name))] as const);
    return new Map([...nodes, ["postgres", this.postgres.logPath]]);
  }

  /** All nodes serve, and the crowd is spread over them. */
  async prepare(): Promise<void> {
    await this.cluster.untilAllServe();
    this.load.move(this.#doorUrl);
  }

  /** The node to be struck, by turns the one that sells what everybody wants and the one that coordinates. */
  async victim(cycle: number): Promise<string> {
    const owner = await this.ownerOfHot();
    if (cycle % 2 === 0) return owner;
    const { coordinator } = await this.cluster.overview();
    return (await this.cluster.shardsOf(coordinator)).length > 0 ? coordinator : owner;
  }

  /** The node that has the product that everybody wants. */
  async ownerOfHot(): Promise<string> {
    const address = parseAddress(`${TENANT}/inventory/${HOT_SKU}`);
    assert(address !== undefined, "the product has an address");
    const { shards } = await this.cluster.placement();
    const node = shards[shardOf(address, SHARDS)]?.node;
    assert(node !== undefined, "the product's shard has an owner");
    return node;
  }

  /** Names of all other nodes that run. */
  others(...names: readonly string[]): readonly string[] {
    return [...this.cluster.nodes.keys()].filter((name) => !names.includes(name));
  }

  /** Resolves when each of these shards has answered a command that was given at these nodes; with that moment. */
  async answered(shards: readonly number[], nodes: readonly string[], deadlineMs: number): Promise<number> {
    const urls = nodes.map((name) => this.cluster.node(name).url);
    return (await this.load.probe(shards, urls, deadlineMs)).atMs;
  }

  /** Resolves when every node has got an answer of every shard; with that moment. */
  async answeredEverywhere(deadlineMs: number): Promise<number> {
    const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
    const nodes = [...this.cluster.nodes.keys()];
    return Math.max(...(await Promise.all(nodes.map((name) => this.answered(shards, [name], deadlineMs)))));
  }

  /** Ends every process, by its id, and removes every file. */
  async close(): Promise<void> {
    await this.#ground.end(async () => {
      for (const node of this.#cluster?.nodes.values() ?? []) node.resume();
      this.#door.close();
      await this.#cluster?.close();
    });
    this.#ground.remove();
  }

  async #start(): Promise<void> {
    await this.#ground.startPostgres(join(this.#ground.directory, "postgres"));
    const plans = this.#names.map((name) => ({ name, lanes: 1 }));
    this.#cluster = await ShopCluster.start(plans, { databaseUrl: this.postgres.url, networks: true });
    await this.#cluster.untilAllServe();
    const url = this.#doorUrl;
    await this.#ground.startLoad({ url, secret: CLUSTER_SECRET, reconnects: true, probedShards: SHARDS });
  }

  /** Of all nodes, also of those that do not run. */
  get #names(): readonly string[] {
    return Array.from(
      { length: this.#nodeCount },
      (_, index) => `node-${String.fromCodePoint("a".charCodeAt(0) + index)}`,
    );
  }

  /** Ports of all nodes, another one first each time. */
  #doors(): readonly number[] {
    const ports = [...(this.#cluster?.nodes.values() ?? [])].map(({ port }) => port);
    this.#turn += 1;
    const first = this.#turn % Math.max(ports.length, 1);
    return [...ports.slice(first), ...ports.slice(0, first)];
  }

  get #doorUrl(): string {
    return `http://127.0.0.1:${this.#door.port}`;
  }
}
