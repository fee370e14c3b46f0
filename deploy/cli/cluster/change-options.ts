import { InvalidArgumentError, type Command } from "commander";
import { ASKER, PLAN_ID_LENGTH_MAX } from "../../admin/api/admin-limits.ts";
import { wholeNumber } from "../whole-number.ts";
import { addAdminOptions, type AdminOptions } from "./admin-options.ts";
import { duration } from "./duration.ts";

/** What every command takes that can wait for an operation. */
export interface WaitOptions extends AdminOptions {
  readonly wait?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly as?: string;
}

/** What every command takes that changes something. */
export interface ChangeOptions extends WaitOptions {
  readonly dryRun?: boolean;
  readonly plan?: string;
  readonly ifVersion?: number;
}

/** What a command takes that ends an operation. */
export interface CancelOptions extends WaitOptions {
  readonly dryRun?: boolean;
}

/** How a command ends that changes something, for its help. */
export const CHANGE_HELP = `
Ends with 0 when it is done or there was nothing to do (without --wait: when it has begun), 1 failed or cancelled, 2 wrong use,
3 partly done, 4 still running when --timeout was over, 5 the plan is out of date, 6 refused before anything was changed.`;

/** Adds the options of {@link WaitOptions} to a command. */
export function addWaitOptions(command: Command): Command {
  return addAdminOptions(command)
    .option("--wait", "follow it to its end, and tell how long clients waited for each shard")
    .option(
      "--timeout <duration>",
      "with --wait: stop following after so long; the operation goes on",
      duration,
    )
    .option("--as <name>", "who asks, as it is kept with the operation (default: user@host)", asker);
}

/** Adds the options of {@link ChangeOptions} to a command. */
export function addChangeOptions(command: Command): Command {
  return addWaitOptions(command)
    .option("--dry-run", "only print the plan: prechecks, moves, loads, estimated pause")
    .option("--plan <id>", "only if this plan of a dry run is still what would be done", planId)
    .option(
      "--if-version <number>",
      "only if the placement table still has this version",
      wholeNumber(0, 1e15),
    );
}

function asker(text: string): string {
  if (ASKER.test(text)) return text;
  throw new InvalidArgumentError(
    "It must be a name of at most 128 characters, none of which is a control character.",
  );
}

function planId(text: string): string {
  if (text.length > 0 && text.length <= PLAN_ID_LENGTH_MAX) return text;
  throw new InvalidArgumentError("It must be the id of a plan, as a dry run shows it.");
}
