import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { registerNodes } from "../cli/nodes.ts";
import { registerOps } from "../cli/ops.ts";
import { registerOrders } from "../cli/orders.ts";
import { registerSale } from "../cli/sale.ts";
import { registerShards } from "../cli/shards.ts";
import { registerWebhooks } from "../cli/webhooks.ts";

const page = readFileSync(join(import.meta.dir, "../../docs/operations.md"), "utf8");

const program = new Command();
const groups = [registerShards, registerNodes, registerOps, registerOrders, registerSale, registerWebhooks];
for (const register of groups) register(program);
const commands = program.commands.flatMap((group) =>
  group.commands.map((command) => [`${group.name()} ${command.name()}`, command] as const),
);

function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
  return help;
}

for (const [name, command] of commands) {
  test(`${name} is described for operators, and its help ends with an example of it`, () => {
    expect(page).toContain(`\`${name}`);
    expect(helpOf(command)).toMatch(new RegExp(`\n\nExample: stampede ${name}\\b.*\n$`));
  });
}

test("what a sale's commands ask for and do by themselves is in their help", () => {
  const help = (name: string): string => helpOf(commands.find(([known]) => known === name)?.[1] ?? program);
  expect(help("sale pause")).toContain("(required)");
  expect(help("sale create").replace(/\s+/g, " ")).toContain("(default: 30s)");
});
