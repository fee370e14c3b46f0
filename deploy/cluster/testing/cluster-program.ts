import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Subprocess } from "bun";
import type { CataloguePage } from "../../../engine/ports/catalogue.ts";
import { eventually } from "../../../persistence/testing/condition.ts";
import { demoCatalogue } from "../../demo/demo-catalogue.ts";

const PROGRAM = fileURLToPath(new URL("../run-cluster.ts", import.meta.url));
const STAMPEDE = fileURLToPath(new URL("../../stampede.ts", import.meta.url));
const NODE_LINE = /^ {2}(node-[ab]) {2}storefront (\S+) {2}admin (\S+) {2}process (\d+)$/gm;
// Several servers start at once, on a machine that other tests share.
const SAY_MS_MAX = 50_000;
const END_MS_MAX = 15_000;
const POLL_MS = 20;
const LAST_WORDS = 2_000;

/** A node as the cluster's guide tells of it. */
export interface ToldNode {
  readonly name: string;
  readonly storefront: string;
  readonly admin: string;
  readonly pid: number;
}

/** `npm run cluster` with two nodes on free ports, as a terminal starts it: with a process group of its own. */
export class ClusterProgram {
  readonly #process: Subprocess<"ignore">;
  readonly #log: string;

  /** Starts it. The data are in the folder `data` of the directory. */
  constructor(directory: string) {
    this.#log = join(directory, "log");
    rmSync(this.#log, { force: true });
    const options = ["--nodes", "2", "--port", "0", "--data", join(directory, "data")];
    const outside = { DATABASE_URL: undefined, NATS_URL: undefined, STAMPEDE_SECRET: undefined };
    this.#process = Bun.spawn([process.execPath, PROGRAM, ...options], {
      stdin: "ignore",
      stdout: Bun.file(this.#log),
      stderr: "inherit",
      env: { ...process.env, ...outside, STAMPEDE_ADMIN_TOKEN: undefined },
      detached: true,
    });
  }

  /** All that it has said. */
  get said(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, "utf8") : "";
  }

  /** Resolves when it has said this. @throws with its last words when it has not for too long, or has ended. */
  async says(text: string): Promise<void> {
    const endsAtMs = performance.now() + SAY_MS_MAX;
    while (!this.said.includes(text)) {
      if (this.#process.exitCode !== null || performance.now() > endsAtMs)
        throw new Error(`the cluster does not say ${text}; it has said:\n${this.said.slice(-LAST_WORDS)}`);
      await Bun.sleep(POLL_MS);
    }
  }

  /** Resolves with the nodes once all of them are open. */
  async opened(): Promise<readonly ToldNode[]> {
    await this.says("Ctrl-C ends all of it.");
    return [...this.said.matchAll(NODE_LINE)].map(([, name = "", storefront = "", admin = "", pid]) => ({
      name,
      storefront,
      admin,
      pid: Number(pid),
    }));
  }

  /** Starts the last node again in another terminal, as the guide says. Resolves with its process once it is open. */
  async startAgain(directory: string): Promise<number> {
    const [, arguments_ = ""] = /^ {2}start it again +npm start -- (.*)$/m.exec(this.said) ?? [];
    const commands = `set -a; . ${join(directory, "data", "environment")}; set +a; exec "$@"`;
    const log = join(directory, "again");
    rmSync(log, { force: true });
    const again = Bun.spawn(
      ["sh", "-c", commands, "sh", process.execPath, STAMPEDE, "start", ...arguments_.split(" ")],
      { stdin: "ignore", stdout: Bun.file(log), stderr: "inherit", detached: true },
    );
    const endsAtMs = performance.now() + SAY_MS_MAX;
    const said = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
    while (!said().includes("open for orders")) {
      if (again.exitCode !== null || performance.now() > endsAtMs)
        throw new Error(`the node does not open; it has said:\n${said().slice(-LAST_WORDS)}`);
      await Bun.sleep(POLL_MS);
    }
    return again.pid;
  }

  /** The first product that the first node lists. */
  async firstSku(): Promise<string> {
    const [first] = await this.opened();
    const listed = demoCatalogue(0).length;
    let sku = "";
    // The catalogue follows what was listed within a second or so.
    await eventually("the whole demo catalogue is there", async () => {
      const answer = await fetch(`${first?.storefront}/v1/catalogue?limit=1`);
      const { entries, total } = (await answer.json()) as CataloguePage;
      sku = entries[0]?.sku ?? "";
      return total === listed;
    });
    return sku;
  }

  /**
   * What a terminal does for Ctrl-C, or with SIGHUP when it is closed: every process of the group gets the signal. Resolves with the
   * exit code.
   */
  async interrupt(signal: "SIGINT" | "SIGHUP" = "SIGINT"): Promise<number> {
    process.kill(-this.#process.pid, signal);
    return this.#process.exited;
  }

  /** Resolves with its exit code once it has ended by itself. */
  get ended(): Promise<number> {
    return this.#process.exited;
  }

  /** kill -9 of the cluster's own process. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  /** Ends what is left of it. */
  async end(): Promise<void> {
    this.#process.kill("SIGTERM");
    const force = setTimeout(() => this.#process.kill("SIGKILL"), END_MS_MAX);
    await this.#process.exited;
    clearTimeout(force);
  }
}
