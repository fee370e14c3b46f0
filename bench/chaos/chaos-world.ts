import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ShopProcess, type ShopProcessOptions } from "../crash/shop-process.ts";
import { HistoryReader } from "../history/history-file.ts";
import { ChaosPostgres } from "./chaos-postgres.ts";
import { HoldingProxy } from "./holding-proxy.ts";
import { Load } from "./load/load.ts";
import { familyOf, sendSignal } from "./process-family.ts";
import { SmallDisk } from "./small-disk.ts";
import type { TestedWorld } from "./tested-world.ts";

const TENANT = "shop";
const READY_MS_MAX = 60_000;

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
  readonly #directory: string;
  readonly #secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  readonly #history: HistoryReader;
  /** Shops that were started, newest last. */
  readonly #nodes: ShopProcess[] = [];
  /** The network of each shop, in the same order, where there is one. */
  readonly #networks: HoldingProxy[] = [];
  #disk: SmallDisk | undefined;
  #postgres: ChaosPostgres | undefined;
  #load: Load | undefined;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.#directory = mkdtempSync(join(tmpdir(), "stampede-chaos-"));
    // Postgres runs as a user of its own when we are root, and has to get to its files.
    chmodSync(this.#directory, 0o755);
    this.#history = new HistoryReader(this.#historyPath);
    process.on("exit", this.#killAll);
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
    return present(this.#postgres);
  }

  get load(): Load {
    return present(this.#load);
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
    return this.#history;
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
    this.#load?.kill();
    for (const node of this.#nodes) node.resume();
    await Promise.all(this.#nodes.map((node) => node.kill()));
    for (const network of this.#networks) network.close();
    this.#disk?.free();
    await this.#postgres?.stop();
    this.#killAll();
    process.off("exit", this.#killAll);
    this.#disk?.remove();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { smallDisk } = this.#options;
    if (smallDisk) this.#disk = SmallDisk.mount(join(this.#directory, "small"));
    const postgresDirectory = join(this.#disk?.path ?? this.#directory, "postgres");
    this.#postgres = await ChaosPostgres.start(postgresDirectory);
    this.#nodes.push(await ShopProcess.start(this.#nodeOptions(0)));
    const { url } = this.node;
    const runId = crypto.randomUUID().slice(0, 8);
    const settings = {
      url,
      reconnects: false,
      probedShards: 0,
      tenant: TENANT,
      secret: this.#secret,
      historyPath: this.#historyPath,
      runId,
    };
    this.#load = await Load.start(settings, READY_MS_MAX);
  }

  #nodeOptions(index: number): ShopProcessOptions {
    return {
      dataDirectory: join(this.#directory, `node-${index}`),
      lanes: this.#options.lanes,
      port: 0,
      shared: { databaseUrl: this.#networkOf(index)?.url ?? this.postgres.url, secret: this.#secret },
    };
  }

  #networkOf(index: number): HoldingProxy | undefined {
    if (this.#options.heldNetwork !== true) return undefined;
    this.#networks[index] ??= new HoldingProxy(this.postgres.url);
    return this.#networks[index];
  }

  get #historyPath(): string {
    return join(this.#directory, "history.ndjson");
  }

  /** At once, whatever state they are in: nothing of a world may outlive this process. */
  readonly #killAll = (): void => {
    this.#load?.kill();
    for (const node of this.#nodes) node.killSoon();
    if (this.#postgres?.isRunning === true)
      for (const pid of familyOf(this.#postgres.pid)) sendSignal(pid, "SIGKILL");
  };
}

function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("the world is not open yet");
  return part;
}
