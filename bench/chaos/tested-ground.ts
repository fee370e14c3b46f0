import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistoryReader } from "../history/history-file.ts";
import { ChaosPostgres } from "./chaos-postgres.ts";
import { Load } from "./load/load.ts";
import type { LoadSettings } from "./load/load-messages.ts";
import { familyOf, sendSignal } from "./process-family.ts";

const TENANT = "shop";
const READY_MS_MAX = 60_000;

/** What tells one world's crowd from another's. */
export type CrowdSettings = Pick<LoadSettings, "url" | "secret" | "reconnects" | "probedShards">;

/** What every tested world stands on: a directory of its own with a Postgres in it, a crowd, and the crowd's record of what it saw. */
export class TestedGround {
  readonly directory: string;
  readonly history: HistoryReader;
  readonly #historyPath: string;
  readonly #killNodes: () => void;
  #postgres: ChaosPostgres | undefined;
  #load: Load | undefined;

  /** `killNodes` ends the world's own processes at once, whatever state they are in. */
  constructor(killNodes: () => void) {
    this.directory = mkdtempSync(join(tmpdir(), "stampede-chaos-"));
    // Postgres runs as a user of its own when we are root, and has to get to its files.
    chmodSync(this.directory, 0o755);
    this.#historyPath = join(this.directory, "history.ndjson");
    this.history = new HistoryReader(this.#historyPath);
    this.#killNodes = killNodes;
    process.on("exit", this.#killAll);
  }

  get postgres(): ChaosPostgres {
    return present(this.#postgres);
  }

  get load(): Load {
    return present(this.#load);
  }

  /** Starts Postgres in a directory that is not there yet. */
  async startPostgres(directory: string): Promise<void> {
    this.#postgres = await ChaosPostgres.start(directory);
  }

  /** Starts the crowd's process; the crowd itself waits to be told. */
  async startLoad(crowd: CrowdSettings): Promise<void> {
    const runId = crypto.randomUUID().slice(0, 8);
    const settings = { ...crowd, tenant: TENANT, historyPath: this.#historyPath, runId };
    this.#load = await Load.start(settings, READY_MS_MAX);
  }

  /** Ends the crowd, then the world's own processes as `endNodes` does it, then Postgres. */
  async end(endNodes: () => Promise<void>): Promise<void> {
    this.#load?.kill();
    await endNodes();
    await this.#postgres?.stop();
    this.#killAll();
    process.off("exit", this.#killAll);
  }

  /** Removes every file. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Nothing of a world may outlive this process. */
  readonly #killAll = (): void => {
    this.#load?.kill();
    this.#killNodes();
    if (this.#postgres?.isRunning === true)
      for (const pid of familyOf(this.#postgres.pid)) sendSignal(pid, "SIGKILL");
  };
}

/** A part of a world that is open. */
export function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("the world is not open yet");
  return part;
}
