import { Argument, InvalidArgumentError, type Command } from "commander";
import { isNodeName, parseLanePlace } from "../../engine/routing/lane-place.ts";
import { SHARD_MAX } from "../admin/api/admin-limits.ts";
import { ACCESS_HELP, addAdminOptions, type AdminOptions } from "./cluster/admin-options.ts";
import {
  addChangeOptions,
  addWaitOptions,
  CHANGE_HELP,
  type CancelOptions,
  type ChangeOptions,
} from "./cluster/change-options.ts";
import { nodeName } from "./cluster/node-name.ts";
import { shardNumbers } from "./cluster/shard-numbers.ts";
import { wholeNumber } from "./whole-number.ts";

/** A lane of a node, or any of its lanes. */
export interface Target {
  readonly node: string;
  /** Null: any. */
  readonly lane: number | null;
}

/** What `stampede shards list` takes. */
export interface ShardListOptions extends AdminOptions {
  readonly node?: string;
  readonly shard?: readonly number[];
}

const SHARDS = "numbers and ranges, such as 3,5-9";

/** Adds `stampede shards`. */
export function registerShards(program: Command): void {
  const shards = program.command("shards").description("See where shards are, and move them.");
  registerReading(shards);
  registerMove(shards);
  registerPins(shards);
  registerRebalance(shards);
  registerCancel(shards);
}

function registerReading(shards: Command): void {
  addAdminOptions(shards.command("list").description("List shards: where they are, their load, their move."))
    .option("--node <name>", "only those of this node", nodeName)
    .option("--shard <numbers>", `only these: ${SHARDS}`, shardNumbers)
    .addHelpText("after", help("stampede shards list --node node-b"))
    .action(async (options: ShardListOptions) => {
      const { listShards } = await import("./cluster/show-cluster.ts");
      await listShards(options);
    });
  addAdminOptions(shards.command("describe").description("Show one shard."))
    .argument("<shard>", "its number", wholeNumber(0, SHARD_MAX))
    .addHelpText("after", help("stampede shards describe 17"))
    .action(async (shard: number, options: AdminOptions) => {
      const { describeShard } = await import("./cluster/show-cluster.ts");
      await describeShard(shard, options);
    });
}

function registerMove(shards: Command): void {
  addChangeOptions(
    shards
      .command("move")
      .description("Move shards to a lane, or to the least busy lanes of a node, and pin them there.")
      .argument("<shards>", SHARDS, shardNumbers)
      .requiredOption("--to <place>", "a node or one of its lanes: node-b or node-b/lane-1", target),
  )
    .addHelpText("after", help("stampede shards move 3,5-9 --to node-b/lane-1 --wait", CHANGE_HELP))
    .action(async (moved: readonly number[], options: ChangeOptions & { readonly to: Target }) => {
      const { changeCluster } = await import("./cluster/change-cluster.ts");
      await changeCluster({ type: "MoveShards", shards: moved, ...options.to }, options);
    });
}

function registerPins(shards: Command): void {
  const both = [
    ["pin", "PinShards", "Keep shards where they are: neither balancing nor a drain moves them."],
    ["unpin", "UnpinShards", "Let balancing and drains move shards again."],
  ] as const;
  for (const [name, type, description] of both) {
    addChangeOptions(shards.command(name).description(description).argument("<shards>", SHARDS, shardNumbers))
      .addHelpText("after", help(`stampede shards ${name} 3,5-9`, CHANGE_HELP))
      .action(async (named: readonly number[], options: ChangeOptions) => {
        const { changeCluster } = await import("./cluster/change-cluster.ts");
        await changeCluster({ type, shards: named }, options);
      });
  }
}

function registerRebalance(shards: Command): void {
  const changes = { suspend: "SuspendRebalancing", resume: "ResumeRebalancing" } as const;
  addChangeOptions(
    shards
      .command("rebalance")
      .description("Balance the loads of all lanes with few moves; or suspend balancing without being asked.")
      .addArgument(new Argument("[what]", "of balancing that nobody asks for").choices(Object.keys(changes))),
  )
    .addHelpText("after", help("stampede shards rebalance --dry-run", CHANGE_HELP))
    .action(async (what: keyof typeof changes | undefined, options: ChangeOptions) => {
      const { changeCluster } = await import("./cluster/change-cluster.ts");
      await changeCluster({ type: what === undefined ? "Rebalance" : changes[what] }, options);
    });
}

function registerCancel(shards: Command): void {
  addWaitOptions(
    shards
      .command("cancel")
      .description("End an operation: moves that have begun are undone, those that are over stay.")
      .argument("<operation>", "its id, or the end of it, as ops list shows it"),
  )
    .option("--dry-run", "only show what would end, and how far it is")
    .addHelpText("after", help("stampede shards cancel 5f7c2e19 --wait", CHANGE_HELP))
    .action(async (operation: string, options: CancelOptions) => {
      const { cancelOperation } = await import("./cluster/change-cluster.ts");
      await cancelOperation(operation, options);
    });
}

function help(example: string, more = ""): string {
  return `${more}${ACCESS_HELP}

Example: ${example}`;
}

function target(text: string): Target {
  const place = isNodeName(text) ? { node: text, lane: null } : parseLanePlace(text);
  if (place !== undefined) return place;
  throw new InvalidArgumentError("It must be a node or a lane, such as node-b or node-b/lane-1.");
}
