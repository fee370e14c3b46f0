import type { Command } from "commander";
import { OPERATIONS_SHOWN_MAX } from "../admin/api/admin-limits.ts";
import { ACCESS_HELP, addAdminOptions, type AdminOptions } from "./cluster/admin-options.ts";
import { duration } from "./cluster/duration.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `stampede ops list` takes. */
export interface OperationListOptions extends AdminOptions {
  readonly limit: number;
}

/** What `stampede ops watch` takes. */
export interface OperationWatchOptions extends AdminOptions {
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Adds `stampede ops`. */
export function registerOps(program: Command): void {
  const ops = program
    .command("ops")
    .description("See what the cluster does, and has done: who asked, and how far it is.");
  addAdminOptions(ops.command("list").description("List operations, the newest first."))
    .option("--limit <number>", "at most so many", wholeNumber(1, OPERATIONS_SHOWN_MAX), 20)
    .addHelpText("after", `${ACCESS_HELP}\n\nExample: stampede ops list --limit 5`)
    .action(async (options: OperationListOptions) => {
      const { listOperations } = await import("./cluster/show-cluster.ts");
      await listOperations(options);
    });
  addAdminOptions(
    ops
      .command("watch")
      .description("Follow one operation to its end and sum it up; or all operations, until Ctrl-C."),
  )
    .argument("[operation]", "its id, or the end of it, as ops list shows it")
    .option("--timeout <duration>", "stop following one after so long; it goes on", duration)
    .addHelpText(
      "after",
      `
With --json each change that is seen is a line of JSON: the whole operation as it is then.
One operation: ends as the operation does (0 done, 1 failed or cancelled, 3 partly done), with 4 when --timeout was over
before, with 130 on Ctrl-C. All operations: Ctrl-C ends it with 0.
${ACCESS_HELP}

Example: stampede ops watch 5f7c2e19 --timeout 30s`,
    )
    .action(async (operation: string | undefined, options: OperationWatchOptions) => {
      const { watchOperations } = await import("./cluster/watch-operations.ts");
      await watchOperations(operation, options);
    });
}
