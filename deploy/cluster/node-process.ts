import { fileURLToPath } from "node:url";
import type { Subprocess } from "bun";
import { endWithUs } from "../../engine/programs/end-with-us.ts";
import { readRunningShop } from "../cli/running-shop.ts";
import type { RunningShop } from "../shop/data-directory.ts";
import { readableLine } from "./readable-line.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const POLL_MS = 50;

/** How one node is started. */
export interface NodeProcessOptions {
  readonly name: string;
  readonly dataDirectory: string;
  readonly lanes: number;
  readonly gateways: number;
  readonly port: number;
  readonly adminPort: number;
  /** What all nodes share. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what the node says, line by line. */
  readonly say: (line: string) => void;
}

/** One node of the cluster: `stampede start` in a process of its own. */
export class NodeProcess {
  readonly name: string;
  readonly #dataDirectory: string;
  readonly #process: Subprocess<"ignore", "pipe", "pipe">;

  constructor(options: NodeProcessOptions) {
    const { name, dataDirectory, lanes, gateways, port, adminPort, environment, say } = options;
    this.name = name;
    this.#dataDirectory = dataDirectory;
    const flags = { node: name, data: dataDirectory, lanes, gateways, port, "admin-port": adminPort };
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
    this.#process = Bun.spawn([process.execPath, PROGRAM, "start", ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, ...environment },
      // A Ctrl-C in the terminal is for us: we end the nodes before what they need.
      detached: true,
    });
    endWithUs(this.#process);
    for (const stream of [this.#process.stdout, this.#process.stderr])
      void tell(stream, (line) => say(readableLine(name, line)));
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** How it ended: its exit code, or the signal that ended it. */
  get ended(): Promise<string> {
    return this.#process.exited.then((code) => String(this.#process.signalCode ?? `exit code ${code}`));
  }

  /** Resolves with where it is once it is open for orders; undefined when it ends before. */
  async opened(): Promise<RunningShop | undefined> {
    while (this.#process.exitCode === null && this.#process.signalCode === null) {
      const shop = readRunningShop(this.#dataDirectory);
      if (shop?.pid === this.pid) return shop;
      await Bun.sleep(POLL_MS);
    }
    return undefined;
  }

  /** Tells it to end, and ends it when it takes longer than this. */
  async stop(withinMs: number): Promise<void> {
    this.#process.kill("SIGTERM");
    const force = setTimeout(() => this.#process.kill("SIGKILL"), withinMs);
    await this.#process.exited;
    clearTimeout(force);
  }
}

async function tell(stream: ReadableStream<Uint8Array>, say: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let left = "";
  for await (const chunk of stream) {
    const lines = (left + decoder.decode(chunk, { stream: true })).split("\n");
    left = lines.pop() ?? "";
    for (const line of lines) say(line);
  }
  if (left !== "") say(left);
}
