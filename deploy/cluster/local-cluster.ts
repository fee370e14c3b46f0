import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Log, LogFields } from "../../engine/ports/log.ts";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { NatsServer } from "../../engine/transport/nats/nats-server.ts";
import { AdminClient } from "../cli/cluster/admin-client.ts";
import { adminUrlOf, checkPlaces } from "../shop/listening.ts";
import { Closers } from "../shop/closers.ts";
import { ADMIN_TOKEN_FILE, DataDirectory, type RunningShop } from "../shop/data-directory.ts";
import { ShopPostgres } from "../shop/shop-postgres.ts";
import type { LocalClusterOptions } from "./cluster-options.ts";
import { NodeProcess } from "./node-process.ts";
import { endOtherNode, otherNodes } from "./other-nodes.ts";

// Somebody waits for Ctrl-C. A node that takes longer has something in its way, such as a NATS that is gone; when all of them end,
// nobody is left to take its shards, and nothing that was acknowledged is lost by ending it.
const NODE_STOP_MS_MAX = 4_000;
// The guide names a shard by it, and can do without.
const PLACES_MS_MAX = 2_000;

/** A node that is open, and where. */
export interface OpenNode {
  readonly process: NodeProcess;
  readonly shop: RunningShop;
}

/** Postgres, nats-server and several nodes on this machine. */
export class LocalCluster {
  readonly #options: LocalClusterOptions;
  readonly #log: Log;
  readonly #say: (line: string) => void;
  readonly #closers: Closers;
  readonly #lost = Promise.withResolvers<void>();
  #natsUrl = "";

  /** `say` takes what the nodes say, line by line. */
  constructor(options: LocalClusterOptions, log: Log, say: (line: string) => void) {
    this.#options = options;
    this.#log = log;
    this.#say = say;
    this.#closers = new Closers(log);
  }

  /** Resolves when Postgres is gone for good, and with it the cluster; the log says why. */
  get lost(): Promise<void> {
    return this.#lost.promise;
  }

  get natsUrl(): string {
    return this.#natsUrl;
  }

  /** Names the file with what all nodes share, for whoever starts one by hand. */
  get environmentFile(): string {
    return join(this.#options.dataDirectory, "environment");
  }

  /** Holds the token that lets operators in at every node. */
  get tokenFile(): string {
    return join(this.#options.dataDirectory, ADMIN_TOKEN_FILE);
  }

  /**
   * Starts everything. Resolves with the nodes that have opened; call {@link close} in any case.
   * @throws {ConfigError} when a port or the directory cannot be had; with one sentence when a server does not start.
   */
  async open(): Promise<readonly OpenNode[]> {
    const { fresh, dataDirectory } = this.#options;
    const directory = DataDirectory.open(dataDirectory);
    this.#closers.add("data directory", () => directory.close());
    for (const { name, pid } of otherNodes(dataDirectory, []))
      this.#say(`${name}  of an earlier cluster runs as process ${pid}, without its NATS; it is ended`);
    await this.#endOthers([]);
    const ports = this.#ports();
    // All of them are counted from the one that the cluster is told.
    checkPlaces(
      ports
        .flatMap(({ port, adminPort }) => [port, adminPort])
        .map((port) => ({ option: "--port", host: "127.0.0.1", port })),
    );
    const postgres = new ShopPostgres(directory, {
      fresh,
      log: { ...this.#log, info: (fields) => this.#tellOfPostgres(fields) },
      failed: (error) => {
        this.#log.error({ err: error }, "Postgres is gone; the cluster ends");
        this.#lost.resolve();
      },
    });
    this.#closers.add("Postgres", () => postgres.stop());
    const starting = NatsServer.start();
    this.#closers.add("nats-server", () => starting.then((server) => server.stop()));
    const [databaseUrl, nats] = await Promise.all([postgres.url, starting]);
    this.#natsUrl = nats.url;
    const environment = {
      DATABASE_URL: databaseUrl,
      NATS_URL: nats.url,
      STAMPEDE_SECRET: directory.secret(),
      STAMPEDE_ADMIN_TOKEN: directory.adminToken(),
    };
    this.#writeEnvironment(environment);
    const nodes = ports.map((own) => this.#startNode(own, environment));
    this.#closers.add("nodes", async () => {
      const own = nodes.map(({ pid }) => pid);
      // One that somebody has started again belongs to us, too: what it needs ends with us.
      await Promise.all([...nodes.map((node) => node.stop(NODE_STOP_MS_MAX)), this.#endOthers(own)]);
    });
    const opened = nodes.map(async (process) => ({ process, shop: await process.opened() }));
    return (await Promise.all(opened)).flatMap(({ process, shop }) =>
      shop === undefined ? [] : { process, shop },
    );
  }

  /** Where each shard is as one of the nodes knows it, by number; empty when it does not say so in time. */
  async placesAt({ shop }: OpenNode): Promise<readonly (LanePlace | null)[]> {
    const access = { url: adminUrlOf(shop), token: readFileSync(this.tokenFile, "utf8").trim() };
    const admin = new AdminClient(access, new AbortController().signal, this.#say);
    const shards = await admin.shardsWithin(PLACES_MS_MAX);
    return shards.toSorted((one, other) => one.shard - other.shard).map(({ place }) => place);
  }

  /** Ends everything, the nodes first. */
  close(): Promise<void> {
    return this.#closers.close();
  }

  async #endOthers(own: readonly number[]): Promise<void> {
    const { dataDirectory } = this.#options;
    const ends = otherNodes(dataDirectory, own).map(async (node) => {
      if (await endOtherNode(dataDirectory, node, NODE_STOP_MS_MAX))
        this.#say(
          `${node.name}  process ${node.pid} had not ended after ${NODE_STOP_MS_MAX / 1_000} s and was killed`,
        );
    });
    await Promise.all(ends);
  }

  #tellOfPostgres({ reused, pid }: LogFields): void {
    if (reused === true)
      this.#say(
        `Postgres of an earlier cluster, which was killed, runs as process ${String(pid)}; it is used again`,
      );
  }

  /** Names and ports of all nodes. */
  #ports(): readonly { readonly name: string; readonly port: number; readonly adminPort: number }[] {
    const { nodes, port: first } = this.#options;
    return Array.from({ length: nodes }, (_, index) => ({
      name: `node-${String.fromCodePoint("a".charCodeAt(0) + index)}`,
      port: first === 0 ? 0 : first + 2 * index,
      adminPort: first === 0 ? 0 : first + 2 * index + 1,
    }));
  }

  #startNode(
    own: { readonly name: string; readonly port: number; readonly adminPort: number },
    environment: Readonly<Record<string, string>>,
  ): NodeProcess {
    const { dataDirectory, lanes, gateways } = this.#options;
    const node = new NodeProcess({
      ...own,
      dataDirectory: join(dataDirectory, own.name),
      lanes,
      gateways,
      environment,
      say: this.#say,
    });
    void node.ended.then((how) => this.#say(`${own.name}  has ended (${how})`));
    return node;
  }

  #writeEnvironment(environment: Readonly<Record<string, string>>): void {
    const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
    writeFileSync(this.environmentFile, lines.join(""), { mode: 0o600 });
  }
}
