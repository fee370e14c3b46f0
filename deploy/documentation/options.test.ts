import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { registerStart } from "../cli/start.ts";

const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");

function optionsOfStart(): string[] {
  const program = new Command();
  registerStart(program);
  return (program.commands[0]?.options ?? []).flatMap(({ long }) => long ?? []);
}

test("the README lists the options of start, all of them and no others", () => {
  const rows = [...readme.matchAll(/^\| `(--[a-z-]+)`/gm)].map(([, option = ""]) => option);
  expect(rows.toSorted()).toEqual(optionsOfStart().toSorted());
});
