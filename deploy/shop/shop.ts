import type { Log } from "../../engine/ports/log.ts";
import { databaseOf, type DatabaseOptions } from "../../persistence/postgres/database.ts";
import { SHARD_COUNT, TENANT, type Config } from "../config.ts";
import { servedDocuments } from "../api-documents/served-documents.ts";
import type { SellingDesk } from "../sale/selling-desk.ts";
import { buildStorefront } from "../storefront-assets.ts";
import { systemEntropy } from "../system-entropy.ts";
import { openWebhookDesk } from "../webhooks/open-webhook-desk.ts";
import type { WebhookDesk } from "../webhooks/webhook-desk.ts";
import type { GatewaySettings } from "../workers/gateway-worker.ts";
import { startAdmin } from "./admin.ts";
import { Closers } from "./closers.ts";
import { ClusterPart } from "./cluster-part.ts";
import { CoordinatorDuties } from "./coordinator-duties.ts";
import { DataDirectory } from "./data-directory.ts";
import { adminPlace, checkPlaces, publicPlace } from "./listening.ts";
import { openNodeDatabase, type NodeDatabase } from "./node-database.ts";
import { openSellingDesk } from "./open-selling-desk.ts";
import type { ShopConsole } from "./shop-console.ts";
import type { ShopStatistics } from "./shop-statistics.ts";
import { ShopThreads } from "./shop-threads.ts";
import { SupervisorDispatcher } from "./supervisor-dispatcher.ts";
import { ThreadDirector } from "./thread-director.ts";

// A coordinator that waits longer than this for its database lets another node try.
const CLUSTER_STORES: DatabaseOptions = {
  applicationName: "stampede cluster",
  connectionsMax: 2,
  statementDeadlineMs: 2_000,
};

/** The parts that are there before the shop takes part in its cluster. */
interface Assembled extends NodeDatabase {
  readonly part: ClusterPart;
  readonly threads: ShopThreads;
}

/**
 * One node in one process, put together: database, lanes, gateways, its part in the cluster, read models and the admin
 * listener. A shop that is alone is a cluster of one.
 *
 * This thread only supervises: it starts the others, connects them by message ports, and stays out of the way of orders.
 */
export class Shop {
  readonly #config: Config;
  readonly #log: Log;
  readonly #failed: (error: Error) => void;
  readonly #closers: Closers;
  #directory: DataDirectory | undefined;
  #threads: ShopThreads | undefined;
  #part: ClusterPart | undefined;
  #duties: CoordinatorDuties | undefined;
  #webhooks: WebhookDesk | undefined;
  #selling: SellingDesk | undefined;
  #supervisor: SupervisorDispatcher | undefined;
  #console: ShopConsole | undefined;
  #isClosing = false;
  /** What its start waits for; undefined once it is open. */
  #waitsFor: string | undefined = "it begins";
  #port = 0;
  #adminPort = 0;

  /** `failed` is called when a part of the shop ends unasked: the process has to end then. */
  constructor(config: Config, log: Log, failed: (error: Error) => void) {
    this.#config = config;
    this.#log = log;
    this.#failed = failed;
    this.#closers = new Closers(log);
  }

  /** Where it listens once it is open. */
  get ports(): { readonly port: number; readonly adminPort: number } {
    return { port: this.#port, adminPort: this.#adminPort };
  }

  /**
   * Opens the shop for orders.
   * @throws ConfigError when a setting cannot be used; call {@link close} in any case.
   */
  async open(): Promise<void> {
    const directory = this.#openDirectory();
    const { host, port, adminHost, adminPort } = this.#config;
    checkPlaces([publicPlace(host, port), adminPlace(adminHost, adminPort)]);
    const assets = buildStorefront(this.#config.name);
    // Nobody awaits it yet when the database fails first.
    assets.catch(() => undefined);
    // They load their programs while the database starts.
    const threads = new ShopThreads(this.#config, this.#failed);
    this.#threads = threads;
    const part = this.#connect();
    await this.#startAdmin(part, threads, this.#config.adminToken ?? directory.adminToken());
    this.#waitsFor = "it waits for Postgres";
    const opened = await openNodeDatabase({
      config: this.#config,
      directory,
      closers: this.#closers,
      isClosing: () => this.#isClosing,
      failed: this.#failed,
      log: this.#log,
    });
    const { databaseUrl, shopId } = opened;
    const webhooks = openWebhookDesk(databaseUrl, shopId, this.#log);
    this.#webhooks = webhooks.desk;
    this.#closers.add("webhooks", () => webhooks.close());
    const assembled = { part, threads, ...opened };
    this.#waitsFor = "it opens its lanes";
    await this.#openLanes(assembled);
    this.#waitsFor = "it waits until every shard is somebody's, and its own are served";
    const director = await this.#join(assembled);
    this.#openConsole(databaseUrl);
    this.#waitsFor = "it opens its gateways";
    const secret = this.#config.secret ?? directory.secret();
    const files = new Map([...(await assets), ...(await servedDocuments())]);
    await this.#openGateways(assembled, director, { secret, assets: files });
    this.#waitsFor = undefined;
    directory.announce({ pid: process.pid, ...this.ports, host, adminHost, databaseUrl });
  }

  /**
   * Hands over to the other nodes what this one has, before {@link close}: its clients, then its shards. A shop that is alone has
   * nobody to hand over to. Never rejects: a clean end follows in any case.
   */
  async leave(withinMs: number): Promise<void> {
    this.#isClosing = true;
    this.#part?.announceEnd();
    if (this.#config.cluster === undefined) return;
    try {
      await this.#threads?.stopGateways();
      await this.#part?.leave(withinMs);
    } catch (error) {
      this.#log.warn(
        { err: error },
        "this node could not hand over what it has; the others take it when it is gone",
      );
    }
  }

  /** Ends everything that was started, newest first. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#closers.close();
  }

  /** Gives only the data directory back: for a process that ends at once, since another one is in its place. */
  abandon(): void {
    this.#directory?.close();
  }

  async statistics(): Promise<ShopStatistics> {
    const [lanes = [], gateways = [], threads = []] = await Promise.all([
      this.#threads?.laneStatistics(),
      this.#threads?.gatewayStatistics(),
      this.#threads?.busStatistics(),
    ]);
    const supervisor = this.#supervisor?.busStatistics;
    const buses = supervisor === undefined ? threads : [supervisor, ...threads];
    const { lagSegments: projectionLagSegments, webhooks } = this.#duties ?? {};
    return { lanes, gateways, buses, projectionLagSegments, webhooks };
  }

  #openDirectory(): DataDirectory {
    const directory = DataDirectory.open(this.#config.dataDirectory);
    this.#directory = directory;
    this.#closers.add("data directory", () => directory.close());
    return directory;
  }

  #connect(): ClusterPart {
    const part = new ClusterPart(this.#config, this.#log, this.#failed);
    this.#part = part;
    this.#closers.add("bus", () => part.bus.close());
    return part;
  }

  async #openLanes({ part, threads, database, databaseUrl }: Assembled): Promise<void> {
    const incarnation = await part.register(database);
    this.#closers.add("lanes", () => threads.stopLanes());
    const { cluster, logLevel } = this.#config;
    const owner = `${process.pid}-${systemEntropy.uuid()}`;
    await threads.openLanes(
      { node: part.name, incarnation, owner, shardCount: SHARD_COUNT, databaseUrl, cluster, logLevel },
      (lane, shards) => part.lost(lane, shards),
    );
  }

  /** Takes part in the cluster. Resolves when every shard is somebody's, and this node serves its own. */
  async #join({ part, threads, database, databaseUrl, shopId }: Assembled): Promise<ThreadDirector> {
    const { cluster, demo } = this.#config;
    const log = this.#log;
    const doubted = (): void => part.doubt();
    const supervisor = new SupervisorDispatcher(
      this.#config,
      threads.supervisorPorts,
      part.bus,
      log,
      doubted,
    );
    this.#supervisor = supervisor;
    this.#closers.add("dispatcher", () => supervisor.close());
    const { dispatcher } = supervisor;
    const selling = openSellingDesk(databaseUrl, dispatcher, log);
    this.#selling = selling.desk;
    this.#closers.add("selling", selling.close);
    const duties = new CoordinatorDuties({ databaseUrl, database, shopId, dispatcher, demo, log });
    this.#duties = duties;
    const unserved = Promise.withResolvers<never>();
    const director = new ThreadDirector({
      node: part.name,
      lanes: threads.lanes,
      hasOthers: cluster !== undefined,
      // Nobody else could serve the shards of a shop that is alone.
      failed: (error) => cluster === undefined && unserved.reject(error),
    });
    for (const router of [...threads.laneRouters, supervisor]) await director.join(router);
    const stores = databaseOf(databaseUrl, CLUSTER_STORES);
    this.#closers.add("the cluster's connections", () => stores.close());
    this.#closers.add("part in the cluster", () => part.close());
    this.#closers.add("read models", () => duties.end());
    await part.join({
      database,
      stores,
      threads: director,
      coordinates: (isCoordinator) => {
        if (!isCoordinator) void duties.end();
        // They would only have to be ended again.
        else if (!this.#isClosing) duties.begin();
      },
    });
    await Promise.race([unserved.promise, part.serves()]);
    // In a cluster another node may have them.
    if (cluster === undefined) await duties.begun;
    return director;
  }

  async #openGateways(
    { part, threads, databaseUrl, identity }: Assembled,
    director: ThreadDirector,
    shared: Pick<GatewaySettings, "secret" | "assets">,
  ): Promise<void> {
    this.#closers.add("gateways", () => threads.stopGateways());
    const { name, cluster, host, port, allowedOrigins, secureCookies, logLevel } = this.#config;
    this.#port = await threads.openGateways(
      {
        ...shared,
        shopId: identity,
        shopName: name,
        node: part.name,
        port,
        host,
        tenant: TENANT,
        shardCount: SHARD_COUNT,
        databaseUrl,
        cluster,
        allowedOrigins,
        secureCookies,
        logLevel,
      },
      () => part.doubt(),
    );
    for (const router of threads.gatewayRouters) await director.join(router);
  }

  #openConsole(databaseUrl: string): void {
    const console = this.#console;
    console?.open(databaseUrl);
    this.#closers.add("console", () => console?.close());
  }

  async #startAdmin(part: ClusterPart, threads: ShopThreads, token: string): Promise<void> {
    const { listener, console } = await startAdmin({
      config: this.#config,
      token,
      part,
      threads,
      log: this.#log,
      selling: () => this.#selling,
      webhooks: () => this.#webhooks,
      waitsFor: () => this.#waitsFor,
      statistics: () => this.statistics(),
      readModelLagSegments: () => this.#duties?.lagSegments,
    });
    this.#adminPort = listener.port;
    this.#console = console;
    this.#closers.add("admin listener", () => listener.stop());
  }
}
