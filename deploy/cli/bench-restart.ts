import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interruptible } from "../../bench/interruption/interruption.ts";
import { restartText } from "../../bench/restart/restart-report.ts";
import { runRestart, type RestartStage } from "../../bench/restart/run-restart.ts";
import { TENANT } from "../config.ts";
import type { RestartOptions } from "./bench.ts";
import { progress, type Progress } from "./progress.ts";

/** Kills a shop of its own and prints how long it was away. @throws {Interrupted} when it was ended early. */
export function benchRestart(options: RestartOptions): Promise<void> {
  return interruptible((signal) => restart(options, signal));
}

async function restart(options: RestartOptions, signal: AbortSignal): Promise<void> {
  const { carts, tailEvents, lanes, kills } = options;
  const dataDirectory = mkdtempSync(join(tmpdir(), "stampede-restart-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(dataDirectory, 0o755);
  const shown = stages();
  try {
    const plan = { dataDirectory, tenant: TENANT, carts, tailEvents, lanes, kills };
    const report = await runRestart(plan, { signal, progress: shown.tell });
    shown.end();
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : restartText(report)}\n`);
  } finally {
    shown.end();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

/** One progress display per stage. */
function stages() {
  let current: RestartStage | undefined;
  let shown: Progress | undefined;
  return {
    tell: (stage: RestartStage, done: number, total: number): void => {
      if (stage !== current) {
        shown?.finish();
        shown = progress(stage, total);
        current = stage;
      }
      shown?.update(done);
    },
    end: (): void => {
      shown?.finish();
      shown = undefined;
    },
  };
}
