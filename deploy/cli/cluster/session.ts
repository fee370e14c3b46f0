import { interruptible } from "../../../bench/interruption/interruption.ts";
import type { Precheck } from "../../../engine/operator/cluster-change.ts";
import type { AdminProblemCode } from "../../admin/api/admin-problem.ts";
import { ConfigError } from "../../config.ts";
import { Output } from "../output.ts";
import { AdminClient } from "./admin-client.ts";
import { AdminRefused } from "./admin-connection.ts";
import { adminAccess, type AdminOptions } from "./admin-options.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_CONFLICT = 5;
const EXIT_REFUSED = 6;
// What is named and not there.
const UNKNOWN_NAMES: ReadonlySet<string> = new Set(["UNKNOWN_NODE", "UNKNOWN_LANE", "NO_SUCH_SHARD"]);

const WRONG_USE: ReadonlySet<AdminProblemCode> = new Set([
  "invalid_field",
  "invalid_parameter",
  "unknown_shard",
  "unknown_node",
  "unknown_operation",
  "unknown_endpoint",
  "unknown_event",
]);

/** A command's connection to the cluster, and where it writes. */
export interface Session {
  readonly client: AdminClient;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly isJson: boolean;
  /** Writes the result: `value` for programs, or what `text` makes of it for people. */
  readonly print: <Value>(value: Value, text: (value: Value) => string) => Promise<void>;
  /** Tells people how it goes, on standard error. */
  readonly say: (line: string) => void;
}

/**
 * Does a command's work with the cluster. A problem that the cluster answers with is printed, and decides the exit code: 2 when the
 * command names what is not there or has a wrong value, 5 when a plan is out of date, 6 when a precheck refused, else 1.
 * @throws {ConfigError} for what has to be typed or set in another way; {Interrupted} when Ctrl-C ended it.
 */
export async function withCluster(
  options: AdminOptions,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const access = adminAccess(options);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const isJson = options.json === true;
  const output = new Output();
  const print: Session["print"] = (value, text) =>
    output.write(isJson ? `${JSON.stringify(value)}\n` : text(value));
  try {
    await interruptible((signal) =>
      work({ client: new AdminClient(access, signal, say), signal, isJson, print, say }),
    );
  } catch (error) {
    if (!(error instanceof AdminRefused)) throw error;
    const { problem } = error;
    if (problem.code === "unauthenticated")
      throw new ConfigError(`the admin token is not that of the node at ${access.url}`, { cause: error });
    if (isJson) await output.write(`${JSON.stringify(problem)}\n`);
    say(`stampede: ${problem.detail}`);
    process.exitCode = exitCodeOf(error);
  }
}

/** The exit code of a change that is not begun: 2 when it names what is not there, else 6. */
export function exitCodeOfPrechecks(prechecks: readonly Precheck[]): number {
  return prechecks.some(({ code }) => UNKNOWN_NAMES.has(code)) ? EXIT_USAGE : EXIT_REFUSED;
}

function exitCodeOf({ problem: { code, prechecks = [] } }: AdminRefused): number {
  if (code === "plan_changed") return EXIT_CONFLICT;
  if (code === "precheck_refused") return exitCodeOfPrechecks(prechecks);
  return WRONG_USE.has(code) ? EXIT_USAGE : EXIT_FAILED;
}
