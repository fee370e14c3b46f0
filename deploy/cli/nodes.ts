import type { Command } from "commander";
import { ACCESS_HELP, addAdminOptions, type AdminOptions } from "./cluster/admin-options.ts";
import { addChangeOptions, CHANGE_HELP, type ChangeOptions } from "./cluster/change-options.ts";
import { nodeName } from "./cluster/node-name.ts";

const CHANGES = [
  ["cordon", "CordonNode", "Give a node no further shards; those that it has stay."],
  ["drain", "DrainNode", "Give a node no further shards, and move those that it has to others."],
  ["undrain", "UndrainNode", "Let a node that was cordoned or drained take shards again."],
] as const;

const SERVING_HELP = `
SERVING is how many shards a node serves, as it has said last, of how many are placed on it. Each speaks of its own moment:
while shards move, their sum may be more or less than there are.
`;

/** Adds `stampede nodes`. */
export function registerNodes(program: Command): void {
  const nodes = program.command("nodes").description("See who is in the cluster, and empty a node.");
  addAdminOptions(
    nodes
      .command("list")
      .description("List the nodes of the cluster, with those that have left it or died lately."),
  )
    .addHelpText("after", `${SERVING_HELP}${ACCESS_HELP}\n\nExample: stampede nodes list --json`)
    .action(async (options: AdminOptions) => {
      const { listNodes } = await import("./cluster/show-cluster.ts");
      await listNodes(options);
    });
  addAdminOptions(nodes.command("describe").description("Show one node and what its lanes have."))
    .argument("<node>", "its name", nodeName)
    .addHelpText("after", `${ACCESS_HELP}\n\nExample: stampede nodes describe node-b`)
    .action(async (node: string, options: AdminOptions) => {
      const { describeNode } = await import("./cluster/show-cluster.ts");
      await describeNode(node, options);
    });
  for (const [name, type, description] of CHANGES) {
    const example = `stampede nodes ${name} node-b${type === "DrainNode" ? " --wait --timeout 5m" : ""}`;
    addChangeOptions(nodes.command(name).description(description).argument("<node>", "its name", nodeName))
      .addHelpText("after", `${CHANGE_HELP}${ACCESS_HELP}\n\nExample: ${example}`)
      .action(async (node: string, options: ChangeOptions) => {
        const { changeCluster } = await import("./cluster/change-cluster.ts");
        await changeCluster({ type, node }, options);
      });
  }
}
