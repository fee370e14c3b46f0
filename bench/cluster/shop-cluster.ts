import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterOperator } from "../../engine/operator/cluster-operator.ts";
import type { ClusterChange } from "../../engine/operator/cluster-change.ts";
import type { NodeDescription } from "../../engine/operator/cluster-description.ts";
import type { ClusterReply, ClusterRequest } from "../../engine/operator/cluster-request.ts";
import type { Operation } from "../../engine/ports/operation-store.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { NatsBus } from "../../engine/transport/nats/nats-bus.ts";
import { parseNatsUrl } from "../../engine/transport/nats/nats-options.ts";
import { steadyPort } from "../../engine/programs/steady-port.ts";
import { NatsServer } from "../../engine/transport/nats/nats-server.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { postgresOperationStore } from "../../persistence/postgres/operation-store.ts";
import { postgresPlacementStore } from "../../persistence/postgres/placement-store.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import { ShopProcess } from "../crash/shop-process.ts";
import { NodeNetwork } from "./node-network.ts";

/** The secret of all nodes of these clusters. */
export const CLUSTER_SECRET = "all nodes sign their sessions with this";

const CLUSTER = "stampede";
const OPERATION_MS_MAX = 30_000;
// Less than is waited for somebody to coordinate: who does not answer may have a successor.
const ASK_MS_MAX = 5_000;
const WARNING = /"level":"(?:warn|error)"/;

/** How a node of the cluster is started. */
export interface NodePlan {
  readonly name: string;
  readonly lanes: number;
}

/** What a cluster is made with, unless it is alone on a database of its own. */
export interface ShopClusterOptions {
  /** A database that whoever gives it closes. */
  readonly databaseUrl?: string;
  /** Each node has a network of its own, which can be cut. */
  readonly networks?: boolean;
}

/** A cluster of real processes around one Postgres and one nats-server, and an operator who looks at it. */
export class ShopCluster {
  readonly nats: NatsServer;
  readonly databaseUrl: string;
  readonly #database: TestDatabase;
  readonly #networks: ReadonlyMap<string, NodeNetwork>;
  readonly #pool: Database;
  readonly #directory: string;
  readonly #bus: NatsBus;
  readonly #operator: ClusterOperator;
  readonly #plans: ReadonlyMap<string, NodePlan>;
  readonly #nodes = new Map<string, ShopProcess>();
  /** The ports that clients know. */
  readonly #ports = new Map<string, number>();

  private constructor(
    nats: NatsServer,
    database: TestDatabase,
    pool: Database,
    plans: readonly NodePlan[],
    networks: ReadonlyMap<string, NodeNetwork>,
  ) {
    this.nats = nats;
    this.#networks = networks;
    this.databaseUrl = database.url;
    this.#database = database;
    this.#pool = pool;
    this.#plans = new Map(plans.map((plan) => [plan.name, plan]));
    this.#directory = mkdtempSync(join(tmpdir(), "stampede-cluster-"));
    chmodSync(this.#directory, 0o755);
    const topics = new ClusterTopics(CLUSTER);
    this.#bus = new NatsBus({
      options: parseNatsUrl(nats.url),
      name: "operator",
      replyTopic: topics.replies("operator"),
      clock: eventLoopClock,
      log: silentLog,
    });
    const operations = postgresOperationStore(pool);
    this.#operator = new ClusterOperator({ bus: this.#bus, topics, operations, clock: eventLoopClock });
  }

  /**
   * Starts all nodes at once. Resolves when all of them are open for orders.
   * @throws when one of them does not start; nothing of the cluster is left then.
   */
  static async start(plans: readonly NodePlan[], options: ShopClusterOptions = {}): Promise<ShopCluster> {
    const cluster = await ShopCluster.#around(plans, options);
    const giveUp = new AbortController();
    const starts = plans.map(({ name }) => cluster.startNode(name, giveUp.signal));
    try {
      await Promise.all(starts);
      return cluster;
    } catch (error) {
      giveUp.abort();
      await Promise.allSettled(starts);
      await cluster.close();
      throw error;
    }
  }

  /** A cluster without nodes. */
  static async #around(plans: readonly NodePlan[], options: ShopClusterOptions): Promise<ShopCluster> {
    const { databaseUrl, networks: hasNetworks = false } = options;
    await using made = new AsyncDisposableStack();
    const nats = made.adopt(await NatsServer.start(), (server) => server.stop());
    const shared = { url: databaseUrl ?? "", close: () => Promise.resolve() };
    const database = databaseUrl === undefined ? await testDatabase() : shared;
    made.defer(() => database.close());
    const pool = made.adopt(await openDatabase(database.url), (opened) => opened.close());
    const networks = new Map(
      plans.flatMap(({ name }) => (hasNetworks ? [[name, new NodeNetwork(database.url, nats.port)]] : [])),
    );
    const cluster = new ShopCluster(nats, database, pool, plans, networks);
    // From now on the cluster's.
    made.move();
    return cluster;
  }

  /** Nodes that run, by name. */
  get nodes(): ReadonlyMap<string, ShopProcess> {
    return this.#nodes;
  }

  node(name: string): ShopProcess {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`${name} does not run`);
    return node;
  }

  dataDirectory(name: string): string {
    return join(this.#directory, name);
  }

  /** The network between a node and everybody else. */
  network(name: string): NodeNetwork {
    const network = this.#networks.get(name);
    if (network === undefined) throw new Error(`${name} has no network of its own`);
    return network;
  }

  /** Starts a node where its clients know it. Resolves when it is open for orders. */
  async startNode(name: string, signal?: AbortSignal): Promise<ShopProcess> {
    const network = this.#networks.get(name);
    const databaseUrl = network?.databaseUrl ?? this.databaseUrl;
    const natsUrl = network?.natsUrl ?? this.nats.url;
    const node = await ShopProcess.start({
      dataDirectory: this.dataDirectory(name),
      lanes: this.#plans.get(name)?.lanes ?? 1,
      port: this.#portOf(name),
      shared: { databaseUrl, secret: CLUSTER_SECRET },
      cluster: { natsUrl, node: name },
      ...(signal === undefined ? {} : { signal }),
    });
    this.#nodes.set(name, node);
    return node;
  }

  #portOf(name: string): number {
    const port = this.#ports.get(name) ?? steadyPort();
    this.#ports.set(name, port);
    return port;
  }

  /** kill -9. */
  async kill(name: string): Promise<void> {
    await this.node(name).kill();
    this.#nodes.delete(name);
  }

  /** Ends a node in good order. Returns its exit code. */
  async stopNode(name: string): Promise<number> {
    const exitCode = await this.node(name).stop();
    this.#nodes.delete(name);
    return exitCode;
  }

  placement(): Promise<Placement> {
    return postgresPlacementStore(this.#pool).read();
  }

  /** Shards that the placement gives to a node. */
  async shardsOf(name: string): Promise<readonly number[]> {
    const { shards } = await this.placement();
    return [...shards.keys()].filter((shard) => shards[shard]?.node === name);
  }

  /** Shards that the placement gives to others than this node. */
  async shardsAwayFrom(name: string): Promise<readonly number[]> {
    const { shards } = await this.placement();
    return [...shards.keys()].filter((shard) => shards[shard]?.node !== name);
  }

  /** The name of the node that coordinates, and all nodes as it sees them. */
  async overview(): Promise<{ readonly coordinator: string; readonly nodes: readonly NodeDescription[] }> {
    const reply = await this.#ask({ type: "ListNodes" });
    if (reply.type !== "Nodes") throw new Error(`the nodes cannot be listed: ${JSON.stringify(reply)}`);
    return reply;
  }

  /** Waits until every shard belongs to a node that runs, and all of those serve theirs. */
  async untilAllServe(): Promise<void> {
    let seen: readonly NodeDescription[] = [];
    const allServe = async (): Promise<boolean> => {
      const { nodes } = await this.overview();
      seen = nodes;
      const expected = nodes.reduce((sum, { expectedShards }) => sum + expectedShards, 0);
      const { shards } = await this.placement();
      return expected === shards.length && nodes.every((node) => this.#serves(node));
    };
    try {
      await eventually("every shard is served", allServe);
    } catch (error) {
      throw new Error(`${String(error)}\n${JSON.stringify(seen)}\n${this.complaints}`, { cause: error });
    }
  }

  /** A node that falls too often gets no more shards, and serves those that it has. */
  #serves({ node, state, cause, expectedShards, servingShards }: NodeDescription): boolean {
    if (expectedShards === 0) return true;
    const isThere = state === "alive" || cause === "flapping";
    return this.#nodes.has(node) && isThere && servingShards === expectedShards;
  }

  /** Has the coordinator begin a change. Returns the id of its operation. */
  async begin(change: ClusterChange): Promise<string> {
    const id = crypto.randomUUID();
    const reply = await this.#ask({ type: "Execute", change, id, askedBy: "test", planId: null });
    if (reply.type !== "Begun") throw new Error(`not begun: ${JSON.stringify(reply)}`);
    return id;
  }

  /** Nothing moves unasked from here on: balancing is suspended, and what it has begun is over. */
  async suspendBalancing(): Promise<void> {
    await this.begin({ type: "SuspendRebalancing" });
    const operations = postgresOperationStore(this.#pool);
    await eventually("nothing is on the move", async () =>
      (await operations.open()).every(({ kind }) => kind === "suspend"),
    );
  }

  /** Resolves when the operation is over. */
  async ended(id: string): Promise<Operation> {
    const operation = await this.#operator.watch(id, OPERATION_MS_MAX, () => undefined);
    if (operation === undefined) throw new Error(`there is no operation ${id}`);
    return operation;
  }

  async operation(id: string): Promise<Operation | undefined> {
    return postgresOperationStore(this.#pool).find(id);
  }

  /** What nodes have complained about, for a test that fails. */
  get complaints(): string {
    return [...this.#nodes]
      .flatMap(([name, node]) =>
        node.logTail.split("\n").flatMap((line) => (WARNING.test(line) ? `${name}: ${line}` : [])),
      )
      .join("\n");
  }

  /** kill -9 of every node, for whoever cannot wait. */
  killSoon(): void {
    for (const node of this.#nodes.values()) node.killSoon();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node.kill()));
    for (const network of this.#networks.values()) network.close();
    await this.#bus.close();
    await this.#pool.close();
    await Promise.all([this.nats.stop(), this.#database.close()]);
    rmSync(this.#directory, { recursive: true });
  }

  /** Asks until somebody coordinates. */
  async #ask(request: ClusterRequest): Promise<ClusterReply> {
    let reply: ClusterReply | undefined;
    try {
      await eventually("a node coordinates the cluster", async () => {
        reply = await this.#operator.ask(request, ASK_MS_MAX);
        return reply.type !== "NoCoordinator";
      });
    } catch (error) {
      throw new Error(`${String(error)}\n${JSON.stringify(reply)}\n${this.complaints}`, { cause: error });
    }
    return reply as ClusterReply;
  }
}
