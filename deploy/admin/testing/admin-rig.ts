import { ClusterRig } from "../../../bench/cluster/cluster-rig.ts";
import { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { ConsolePage } from "../../console-assets.ts";
import { systemClock } from "../../system-clock.ts";
import { systemEntropy } from "../../system-entropy.ts";
import { startAdminListener, type AdminListener } from "../admin-listener.ts";
import { AdminApi } from "../api/admin-api.ts";
import { rigConsole, type RigConsole } from "./rig-console.ts";

const STEP_MS = 2;

/** A token as long as one has to be. */
export const RIG_TOKEN = "the-token-of-the-operators-of-the-rig";

/** The admin listener of one node of a cluster of three, whose clock goes on by itself. */
export class AdminRig {
  readonly cluster: ClusterRig;
  readonly log: CollectingLog;
  readonly console: RigConsole;
  readonly #listener: AdminListener;
  #slowness = 1;
  #isStopped = false;
  readonly #running: Promise<void>;

  private constructor(cluster: ClusterRig, listener: AdminListener, console: RigConsole, log: CollectingLog) {
    this.cluster = cluster;
    this.log = log;
    this.#listener = listener;
    this.console = console;
    this.#running = this.#run();
  }

  /** The listener is that of a node that does not coordinate. */
  static async start(token = RIG_TOKEN): Promise<AdminRig> {
    const cluster = await ClusterRig.serving(["node-a", "node-b", "node-c"]);
    const asked = cluster.living.find((node) => node !== cluster.coordinator);
    if (asked === undefined) throw new Error("there are three nodes");
    const { operator } = asked.node;
    const log = new CollectingLog();
    const console = rigConsole(cluster, asked, log);
    const api = new AdminApi({
      operator,
      console: console.streams,
      selling: () => undefined,
      webhooks: () => undefined,
      token,
      clock: systemClock,
      entropy: systemEntropy,
      log,
    });
    const page = new ConsolePage("Rig");
    const listener = await startAdminListener({
      port: 0,
      health: () => [],
      metrics: async () => [],
      api,
      page: (request, path) => page.respond(request, path),
      log,
    });
    return new AdminRig(cluster, listener, console, log);
  }

  get port(): number {
    return this.#listener.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Asks the listener, with the token unless other headers say otherwise. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("Authorization")) headers.set("Authorization", `Bearer ${RIG_TOKEN}`);
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /**
   * From now on the cluster's clock goes so many times slower than the machine's: what the cluster does seconds later does not come
   * before the commands that look at it, however long a busy machine takes to start them.
   */
  slowDown(times: number): void {
    this.#slowness = times;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    await this.#listener.stop();
  }

  /** The cluster's clock goes as fast as the machine's, unless it was slowed down. */
  async #run(): Promise<void> {
    for (let atMs = performance.now(); !this.#isStopped;) {
      await Bun.sleep(STEP_MS);
      const nowMs = performance.now();
      await this.cluster.clock.advance((nowMs - atMs) / this.#slowness);
      atMs = nowMs;
    }
  }
}
