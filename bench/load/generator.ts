import { fileURLToPath } from "node:url";
import type { FromGenerator, GeneratorTask, ToGenerator } from "./generator-messages.ts";

const PROGRAM = fileURLToPath(new URL("./generator-process.ts", import.meta.url));

/** Whom a generator tells what happens. */
export interface GeneratorOwner {
  heard(told: FromGenerator): void;
  /** The process has ended without having been closed. */
  died(reason: string): void;
}

/** A process that is a crowd, as seen by whoever runs it. */
export class Generator {
  readonly #process: Bun.Subprocess;
  #isClosed = false;

  /** Starts the process, which opens its connections at once. */
  constructor(task: GeneratorTask, owner: GeneratorOwner) {
    this.#process = Bun.spawn([process.execPath, PROGRAM], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
      serialization: "advanced",
      ipc: (told: FromGenerator) => {
        if (!this.#isClosed) owner.heard(told);
      },
      onExit: (_, code, signal) => {
        if (!this.#isClosed) owner.died(`a generator ended with ${code ?? signal}`);
      },
    });
    this.#tell({ kind: "task", task });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Begins the run at this time by the machine's clock, milliseconds since 1970. */
  start(atMs: number): void {
    this.#tell({ kind: "start", atMs });
  }

  /** Begins no visit any more; the generator is done when those under way have ended. */
  stop(): void {
    this.#tell({ kind: "stop" });
  }

  /** Ends the process; it is heard no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // A process that has ended cannot be told, and one that hangs would not listen.
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  #tell(order: ToGenerator): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.send(order);
  }
}
