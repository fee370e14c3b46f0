import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import { NetworkProxy } from "../../../engine/testing/network-proxy.ts";
import { CLUSTER_SECRET, ShopCluster } from "../../cluster/shop-cluster.ts";
import { HistoryReader } from "../../history/history-file.ts";
import { ChaosPostgres } from "../chaos-postgres.ts";
import { Load } from "../load/load.ts";
import { HOT_SKU } from "../load/steady-crowd.ts";
import { familyOf, sendSignal } from "../process-family.ts";
import type { TestedWorld } from "../tested-world.ts";

const TENANT = "shop";
const SHARDS = 256;
const READY_MS_MAX = 60_000;

/**
 * A cluster with a Postgres, a nats-server and a crowd, all of them real processes of our own on loopback. The crowd comes through
 * one door, as through a load balancer; each node has a network of its own to Postgres and to NATS, which can be cut.
 */
export class ClusterWorld implements TestedWorld {
  readonly #directory: string;
  readonly #nodeCount: number;
  readonly #history: HistoryReader;
  readonly #door = new NetworkProxy(() => this.#doors());
  #turn = 0;
  #postgres: ChaosPostgres | undefined;
  #cluster: ShopCluster | undefined;
  #load: Load | undefined;

  private constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
    this.#directory = mkdtempSync(join(tmpdir(), "stampede-chaos-"));
    // Postgres runs as a user of its own when we are root, and has to get to its files.
    chmodSync(this.#directory, 0o755);
    this.#history = new HistoryReader(this.#historyPath);
    process.on("exit", this.#killAll);
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
    return present(this.#postgres);
  }

  get cluster(): ShopCluster {
    return present(this.#cluster);
  }

  get load(): Load {
    return present(this.#load);
  }

  get history(): HistoryReader {
    return this.#history;
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
    this.#load?.kill();
    for (const node of this.#cluster?.nodes.values() ?? []) node.resume();
    this.#door.close();
    await this.#cluster?.close();
    await this.#postgres?.stop();
    this.#killAll();
    process.off("exit", this.#killAll);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    this.#postgres = await ChaosPostgres.start(join(this.#directory, "postgres"));
    const plans = Array.from({ length: this.#nodeCount }, (_, index) => ({
      name: `node-${String.fromCodePoint("a".charCodeAt(0) + index)}`,
      lanes: 1,
    }));
    this.#cluster = await ShopCluster.start(plans, { databaseUrl: this.#postgres.url, networks: true });
    await this.#cluster.untilAllServe();
    const settings = {
      url: this.#doorUrl,
      reconnects: true,
      probedShards: SHARDS,
      tenant: TENANT,
      secret: CLUSTER_SECRET,
      historyPath: this.#historyPath,
      runId: crypto.randomUUID().slice(0, 8),
    };
    this.#load = await Load.start(settings, READY_MS_MAX);
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

  get #historyPath(): string {
    return join(this.#directory, "history.ndjson");
  }

  /** At once, whatever state they are in: nothing of a world may outlive this process. */
  readonly #killAll = (): void => {
    this.#load?.kill();
    this.#cluster?.killSoon();
    if (this.#postgres?.isRunning === true)
      for (const pid of familyOf(this.#postgres.pid)) sendSignal(pid, "SIGKILL");
  };
}

function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("the world is not open yet");
  return part;
}
