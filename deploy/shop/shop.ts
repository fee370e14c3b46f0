import * as Comlink from "comlink";
import { shopDeciders } from "../../actors/shop.ts";
import type { LaneStatistics } from "../../engine/lane/statistics.ts";
import { defaultProjectorLimits, Projector } from "../../engine/projection/projector.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../engine/routing/link-dispatcher.ts";
import { evenPlacement } from "../../engine/routing/placement.ts";
import { PortLink } from "../../engine/transport/port-link.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { isUnused } from "../../persistence/postgres/journal-use.ts";
import { migrate } from "../../persistence/postgres/migrate.ts";
import { postgresReadModels } from "../../persistence/postgres/read-models.ts";
import { NODE, SHARD_COUNT, TENANT, type Config } from "../config.ts";
import { listDemoCatalogue } from "../demo/list-demo-catalogue.ts";
import { buildStorefront } from "../storefront-assets.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import type { GatewayControl, GatewaySettings, GatewayStatistics } from "../workers/gateway-worker.ts";
import type { LaneControl } from "../workers/lane-worker.ts";
import { startAdmin } from "./admin.ts";
import { DataDirectory } from "./data-directory.ts";
import { DatabaseLock } from "./database-lock.ts";
import { adminPlace, cannotListen, checkPlaces, publicPlace } from "./listening.ts";
import { ShopPostgres } from "./shop-postgres.ts";
import { Thread } from "./thread.ts";
import { wire, type Wiring } from "./wiring.ts";

const GATEWAY_GRACE_MS = 1_000;

/** Numbers of all threads of the shop. */
export interface ShopStatistics {
  readonly lanes: readonly LaneStatistics[];
  readonly gateways: readonly GatewayStatistics[];
  readonly projectionLagSegments: number;
}

/** Something that was started and has to be ended, newest first. */
interface Closer {
  readonly what: string;
  readonly close: () => Promise<void> | void;
}

/**
 * One shop in one process, put together: database, lanes, gateways, read models and the admin listener.
 *
 * This thread only supervises: it starts the others, connects them by message ports, and stays out of the way of orders.
 */
export class Shop {
  readonly #config: Config;
  readonly #log: Log;
  readonly #failed: (error: Error) => void;
  readonly #closers: Closer[] = [];
  readonly #lanes: Thread<LaneControl>[] = [];
  readonly #gateways: Thread<GatewayControl>[] = [];
  #directory: DataDirectory | undefined;
  #isClosing = false;
  #projector: Projector | undefined;
  #port = 0;
  #adminPort = 0;

  /** `failed` is called when a part of the shop ends unasked: the process has to end then. */
  constructor(config: Config, log: Log, failed: (error: Error) => void) {
    this.#config = config;
    this.#log = log;
    this.#failed = failed;
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
    const assets = buildStorefront();
    // Nobody awaits it yet when the database fails first.
    assets.catch(() => undefined);
    const placement = evenPlacement(SHARD_COUNT, this.#config.lanes, NODE);
    this.#startThreads();
    const databaseUrl = await this.#startDatabase(directory);
    if (this.#isClosing) throw new Error("the shop was closed before it was open");
    const database = await this.#openDatabase(databaseUrl);
    const { shopId } = await migrate(database, { shardCount: SHARD_COUNT });
    await this.#lockDatabase(database);
    const wiring = wire(this.#config.lanes, this.#config.gateways);
    await this.#openLanes(wiring, placement, databaseUrl);
    const isListed = await this.#listDemo(wiring, placement, database);
    await this.#followJournal(databaseUrl, isListed);
    const secret = this.#config.secret ?? directory.secret();
    await this.#openGateways(wiring, { placement, databaseUrl, secret, shopId, assets: await assets });
    await this.#startAdmin(database);
    directory.announce({ pid: process.pid, ...this.ports, adminHost, databaseUrl });
  }

  /** Ends everything that was started, newest first. A part that fails to end does not keep the others from it. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      try {
        await closer.close();
      } catch (error) {
        this.#log.warn({ err: error, part: closer.what }, "could not end cleanly");
      }
    }
  }

  /** Gives only the data directory back: for a process that ends at once, since another shop has its database. */
  abandon(): void {
    this.#directory?.close();
  }

  async statistics(): Promise<ShopStatistics> {
    const [lanes, gateways] = await Promise.all([
      Promise.all(this.#lanes.map((lane) => lane.control.statistics())),
      Promise.all(this.#gateways.map((gateway) => gateway.control.statistics())),
    ]);
    return { lanes, gateways, projectionLagSegments: this.#projector?.lagSegments ?? 0 };
  }

  #openDirectory(): DataDirectory {
    const directory = DataDirectory.open(this.#config.dataDirectory);
    this.#directory = directory;
    this.#closers.push({ what: "data directory", close: () => directory.close() });
    return directory;
  }

  /** The threads load their programs while the database starts. */
  #startThreads(): void {
    const { lanes, gateways } = this.#config;
    for (let lane = 0; lane < lanes; lane += 1) {
      const script = new URL("../workers/lane-worker.ts", import.meta.url);
      this.#lanes.push(new Thread<LaneControl>(`lane-${lane}`, script, this.#failed));
    }
    for (let gateway = 0; gateway < gateways; gateway += 1) {
      const script = new URL("../workers/gateway-worker.ts", import.meta.url);
      this.#gateways.push(new Thread<GatewayControl>(`gateway-${gateway}`, script, this.#failed));
    }
  }

  async #startDatabase(directory: DataDirectory): Promise<string> {
    if (this.#config.databaseUrl !== undefined) return this.#config.databaseUrl;
    const { fresh } = this.#config;
    const starting = new ShopPostgres(directory, { fresh, log: this.#log, failed: this.#failed });
    // Known before it has started: a shop that is closed meanwhile must not leave it running.
    this.#closers.push({ what: "embedded Postgres", close: () => starting.stop() });
    return starting.url;
  }

  async #lockDatabase(database: Database): Promise<void> {
    const { takeOver } = this.#config;
    const lock = await DatabaseLock.take(database, { takeOver, log: this.#log, superseded: this.#failed });
    this.#closers.push({ what: "database lock", close: () => lock.close() });
  }

  async #openDatabase(databaseUrl: string): Promise<Database> {
    const database = await openDatabase(databaseUrl);
    this.#closers.push({ what: "database connections", close: () => database.close() });
    return database;
  }

  async #openLanes(wiring: Wiring, placement: Placement, databaseUrl: string): Promise<void> {
    this.#closers.push({
      what: "lanes",
      close: async () => {
        for (const thread of this.#lanes) thread.letGo();
        await Promise.all(this.#lanes.map((thread) => thread.answered(thread.control.stop())));
      },
    });
    const owner = `${process.pid}-${systemEntropy.uuid()}`;
    const shared = { node: NODE, placement, databaseUrl, logLevel: this.#config.logLevel };
    await Promise.all(
      this.#lanes.map((thread, lane) => {
        const clients = wiring.laneClients[lane] ?? [];
        const peers = wiring.lanePeers[lane] ?? [];
        const settings = { ...shared, lane, owner: `${owner}-${lane}`, clients, peers };
        return thread.control.open(transfer(settings, [...clients, ...peers]));
      }),
    );
  }

  /** Read models may be late, but the first visitor of a new shop shall see its products. */
  async #followJournal(databaseUrl: string, isListed: boolean): Promise<void> {
    const journal = postgresJournal(databaseUrl);
    const readModels = postgresReadModels(databaseUrl);
    const projector = new Projector({
      journal,
      readModels,
      deciders: shopDeciders,
      clock: systemClock,
      log: this.#log,
      limits: defaultProjectorLimits,
    });
    if (isListed) await projector.catchUp();
    projector.start();
    this.#projector = projector;
    this.#closers.push({
      what: "read models",
      close: async () => {
        await projector.stop();
        await Promise.all([journal.close(), readModels.close()]);
      },
    });
  }

  async #listDemo(wiring: Wiring, placement: Placement, database: Database): Promise<boolean> {
    const links = wiring.supervisorLanes.map(
      (port) => new PortLink(port, (items) => dispatcher.receive(items)),
    );
    const dispatcher = new LinkDispatcher(
      placement,
      ({ lane }) => links[lane] as PortLink,
      systemClock,
      defaultDispatcherLimits,
    );
    this.#closers.push({ what: "dispatcher", close: () => dispatcher.stop() });
    if (!this.#config.demo) return false;
    const isListed = await listDemoCatalogue(
      { dispatcher, tenant: TENANT, isUnused: await isUnused(database) },
      systemClock.nowMs(),
    );
    if (isListed) this.#log.info({}, "listed the demo catalogue");
    return isListed;
  }

  async #openGateways(
    wiring: Wiring,
    shared: {
      readonly placement: Placement;
      readonly databaseUrl: string;
      readonly secret: string;
      readonly shopId: string;
      readonly assets: Awaited<ReturnType<typeof buildStorefront>>;
    },
  ): Promise<void> {
    this.#closers.push({
      what: "gateways",
      close: async () => {
        for (const thread of this.#gateways) thread.letGo();
        await Promise.all(
          this.#gateways.map((thread) => thread.answered(thread.control.stop(GATEWAY_GRACE_MS))),
        );
      },
    });
    const { host, allowedOrigins, logLevel, gateways } = this.#config;
    this.#port = this.#config.port;
    for (const [gateway, thread] of this.#gateways.entries()) {
      const lanes = wiring.gatewayLanes[gateway] ?? [];
      const settings = {
        ...shared,
        gateway,
        // With port 0 the first thread finds a free one for all.
        port: this.#port,
        host,
        reusePort: gateways > 1,
        tenant: TENANT,
        allowedOrigins,
        logLevel,
        lanes,
      };
      this.#port = await this.#listen(thread, transfer(settings, lanes));
    }
  }

  async #listen(thread: Thread<GatewayControl>, settings: GatewaySettings): Promise<number> {
    try {
      return await thread.control.open(settings);
    } catch (error) {
      throw cannotListen(publicPlace(settings.host, settings.port), error);
    }
  }

  async #startAdmin(database: Database): Promise<void> {
    const admin = await startAdmin({
      host: this.#config.adminHost,
      port: this.#config.adminPort,
      database,
      statistics: () => this.statistics(),
      log: this.#log,
    });
    this.#adminPort = admin.port;
    this.#closers.push({ what: "admin listener", close: () => admin.stop() });
  }
}

function transfer<Settings>(settings: Settings, ports: readonly (MessagePort | undefined)[]): Settings {
  return Comlink.transfer(
    settings,
    ports.filter((port) => port !== undefined),
  );
}
