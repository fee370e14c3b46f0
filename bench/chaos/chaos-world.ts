import { join } from "node:path";
import { logPathOf, ShopProcess, type ShopProcessOptions } from "../crash/shop-process.ts";
import type { HistoryReader } from "../history/history-file.ts";
import type { ChaosPostgres } from "./chaos-postgres.ts";
import { HoldingProxy } from "./holding-proxy.ts";
import type { Load } from "./load/load.ts";
import { SmallDisk } from "./small-disk.ts";
import { present, TestedGround } from "./tested-ground.ts";
import type { TestedWorld } from "./tested-world.ts";

/** How a world is made. */
export interface WorldOptions {
  readonly lanes: number;
  /** Postgres on a disk that can be filled. */
  readonly smallDisk: boolean;
  /** A network between each shop and Postgres that can be held. */
  readonly heldNetwork?: boolean;
}

/** A shop with a Postgres and a crowd, all of them real processes of our own on loopback, in a directory of their own. */
export class ChaosWorld implements TestedWorld {
  readonly #options: WorldOptions;
  readonly #secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  readonly #ground = new TestedGround(() => {
    for (const node of this.#nodes) node.killSoon();
  });
  /** Shops that were started, newest last. */
  readonly #nodes: ShopProcess[] = [];
  /** The network of each shop, in the same order, where there is one. */
  readonly #networks: HoldingProxy[] = [];
  #disk: SmallDisk | undefined;

  private constructor(options: WorldOptions) {
    this.#options = options;
  }

  /** Starts everything. @throws when a part does not start; nothing is left then. */
  static async open(options: WorldOptions): Promise<ChaosWorld> {
    const world = new ChaosWorld(options);
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

  get load(): Load {
    return this.#ground.load;
  }

  get disk(): SmallDisk {
    return present(this.#disk);
  }

  /** The shop that has the database. */
  get node(): ShopProcess {
    return present(this.#nodes.at(-1));
  }

  /** The network between that shop and Postgres. */
  get network(): HoldingProxy {
    return present(this.#networks.at(-1));
  }

  get history(): HistoryReader {
    return this.#ground.history;
  }

  get logs(): ReadonlyMap<string, string> {
    const nodes = this.#nodes.map(
      (_, index) => [nameOf(index), logPathOf(this.#directoryOf(index))] as const,
    );
    return new Map([...nodes, ["postgres", this.postgres.logPath]]);
  }

  /** Starts the shop that was killed again, where it was. */
  async restartNode(): Promise<void> {
    const { port } = this.node;
    const index = this.#nodes.length - 1;
    this.#nodes[index] = await ShopProcess.start({ ...this.#nodeOptions(index), port });
  }

  /** Starts another shop, which takes the database over, and sends the crowd there. */
  async takeOver(): Promise<void> {
    const options = this.#nodeOptions(this.#nodes.length);
    this.#nodes.push(await ShopProcess.start({ ...options, takeOver: true }));
    this.load.move(this.node.url);
  }

  /** Ends every process, by its id, and removes every file. */
  async close(): Promise<void> {
    await this.#ground.end(async () => {
      for (const node of this.#nodes) node.resume();
      await Promise.all(this.#nodes.map((node) => node.kill()));
      for (const network of this.#networks) network.close();
      this.#disk?.free();
    });
    this.#disk?.remove();
    this.#ground.remove();
  }

  async #start(): Promise<void> {
    const { directory } = this.#ground;
    if (this.#options.smallDisk) this.#disk = SmallDisk.mount(join(directory, "small"));
    await this.#ground.startPostgres(join(this.#disk?.path ?? directory, "postgres"));
    this.#nodes.push(await ShopProcess.start(this.#nodeOptions(0)));
    const { url } = this.node;
    await this.#ground.startLoad({ url, secret: this.#secret, reconnects: false, probedShards: 0 });
  }

  #nodeOptions(index: number): ShopProcessOptions {
    return {
      dataDirectory: this.#directoryOf(index),
      lanes: this.#options.lanes,
      port: 0,
      shared: { databaseUrl: this.#networkOf(index)?.url ?? this.postgres.url, secret: this.#secret },
    };
  }

  #directoryOf(index: number): string {
    return join(this.#ground.directory, nameOf(index));
  }

  #networkOf(index: number): HoldingProxy | undefined {
    if (this.#options.heldNetwork !== true) return undefined;
    this.#networks[index] ??= new HoldingProxy(this.postgres.url);
    return this.#networks[index];
  }
}

function nameOf(index: number): string {
  return `node-${index}`;
}
