import { Command, CommanderError } from "commander";
import { EXIT_INTERRUPTED, Interrupted } from "../bench/interruption/interruption.ts";
import { registerBackup } from "./cli/backup.ts";
import { registerBench } from "./cli/bench.ts";
import { registerImport } from "./cli/import.ts";
import { registerJournal } from "./cli/journal.ts";
import { registerNodes } from "./cli/nodes.ts";
import { registerOps } from "./cli/ops.ts";
import { registerOrders } from "./cli/orders.ts";
import { registerReplay } from "./cli/replay.ts";
import { EXIT_REFUSED, PrecheckRefused } from "./cli/precheck-refused.ts";
import { registerRestore } from "./cli/restore.ts";
import { registerSale } from "./cli/sale.ts";
import { registerShards } from "./cli/shards.ts";
import { registerStart } from "./cli/start.ts";
import { registerVerify } from "./cli/verify.ts";
import { registerWebhooks } from "./cli/webhooks.ts";
import { VERSION } from "./version.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const program = new Command("stampede")
  .description("A commerce engine that neither oversells, nor loses an order, nor slows to a crawl.")
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(add --help for the options)")
  .exitOverride();

const commands = [
  registerStart,
  registerImport,
  registerSale,
  registerReplay,
  registerOrders,
  registerVerify,
  registerJournal,
  registerBackup,
  registerRestore,
  registerShards,
  registerNodes,
  registerOps,
  registerWebhooks,
  registerBench,
];
for (const register of commands) register(program);

try {
  await program.parseAsync();
} catch (error) {
  // Not merely the exit code: threads of a shop that could not open would keep the process.
  process.exit(exitCode(error));
}

/** Says what went wrong in one line, and how the process ends: 1 failed, 2 wrong use, 6 a precheck refused, 130 told to end early. */
function exitCode(error: unknown): number {
  // Commander has said its part already; help and version end in 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  process.stderr.write(`stampede: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof Interrupted) return EXIT_INTERRUPTED;
  if (error instanceof PrecheckRefused) return EXIT_REFUSED;
  return error instanceof Error && error.name === "ConfigError" ? EXIT_USAGE : EXIT_FAILED;
}
