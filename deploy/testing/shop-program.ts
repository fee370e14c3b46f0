import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Subprocess } from "bun";
import { layOutCluster } from "../../persistence/testing/ready-cluster.ts";
import { readRunningShop } from "../cli/running-shop.ts";
import { ADMIN_TOKEN_FILE } from "../shop/data-directory.ts";
import { adminUrlOf } from "../shop/listening.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const START_MS = 60_000;
const STOP_MS = 10_000;

/** The real program with the demo shop, on a free port and in a folder of its own. */
export class ShopProgram {
  readonly #directory = mkdtempSync(join(tmpdir(), "stampede-shop-"));
  #process: Subprocess<"ignore", "pipe", "inherit"> | undefined;
  #port = 0;

  constructor() {
    // The database may run as a user of its own, who must be able to enter.
    chmodSync(this.#directory, 0o755);
  }

  /** The folder of its data. */
  get dataDirectory(): string {
    return join(this.#directory, "data");
  }

  /** Where the shop is; the same after a restart. */
  get url(): string {
    return `http://localhost:${this.#port}/`;
  }

  /** Where its health and metrics are, without a slash behind. */
  get adminUrl(): string {
    const shop = readRunningShop(this.dataDirectory);
    if (shop === undefined) throw new Error("the shop is not open");
    return adminUrlOf(shop);
  }

  /** What lets operators in. */
  get adminToken(): string {
    return readFileSync(join(this.#directory, "data", ADMIN_TOKEN_FILE), "utf8").trim();
  }

  /**
   * Starts the program and waits until it is open. `openFilesMax`: how many files and connections the system lets it have.
   * @throws Error with what it said when it ends or takes too long.
   */
  async start({ openFilesMax }: { readonly openFilesMax?: number } = {}): Promise<void> {
    await layOutCluster(join(this.dataDirectory, "postgres"));
    const options = ["--port", String(this.#port), "--admin-port", "0", "--data", this.dataDirectory];
    const command = [process.execPath, PROGRAM, "start", ...options];
    const limited = ["sh", "-c", `ulimit -n ${openFilesMax}; exec "$@"`, "sh", ...command];
    const started = Bun.spawn(openFilesMax === undefined ? command : limited, {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#process = started;
    const timer = setTimeout(() => started.kill("SIGKILL"), START_MS);
    this.#port = await readPort(started.stdout);
    clearTimeout(timer);
  }

  /** Ends the program; its data stay. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    running.kill("SIGTERM");
    const timer = setTimeout(() => running.kill("SIGKILL"), STOP_MS);
    await running.exited;
    clearTimeout(timer);
  }

  /** Ends the program and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Reads the log until it tells the storefront's address, and goes on reading so that the program never waits. */
async function readPort(log: ReadableStream<Uint8Array>): Promise<number> {
  const found = Promise.withResolvers<number>();
  void read();
  return found.promise;

  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    let said = "";
    for await (const chunk of log) {
      if (said.length < 100_000) said += decoder.decode(chunk, { stream: true });
      const port = /"msg":"the shop is open at http:\/\/localhost:(\d+)"/.exec(said)?.[1];
      if (port !== undefined) found.resolve(Number(port));
    }
    found.reject(new Error(`The shop did not open within ${START_MS} ms or ended. It said:\n${said}`));
  }
}
