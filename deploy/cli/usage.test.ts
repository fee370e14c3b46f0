import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));

async function run(...args: readonly string[]) {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], {
    stdout: "pipe",
    stderr: "pipe",
    env: {
      ...process.env,
      DATABASE_URL: undefined,
      STAMPEDE_SECRET: undefined,
      STAMPEDE_ADMIN_TOKEN: undefined,
    },
  });
  const [stderr, exitCode] = await Promise.all([child.stderr.text(), child.exited]);
  return { stderr, exitCode };
}

const wrongUses: readonly (readonly [what: string, args: readonly string[], says: string])[] = [
  ["an option that verify does not have", ["verify", "--nope"], "unknown option '--nope'"],
  ["a directory without a shop", ["verify", "--data", "/nonexistent"], "there is no shop in /nonexistent"],
  ["a benchmark that does not exist", ["bench", "nope"], "unknown command 'nope'"],
  ["a number that is none", ["bench", "flash-sale", "--sockets", "many"], "a whole number from 1"],
  ["a number out of bounds", ["bench", "flash-sale", "--skus", "0"], "a whole number from 1"],
  ["a history without an address", ["journal", "show"], "missing required argument 'address'"],
  ["an address without its parts", ["journal", "show", "LAMP"], "the address must be tenant/kind/id"],
  ["an archive without a date", ["journal", "archive"], "required option '--before <date>' not specified"],
  ["a date that is to come", ["journal", "archive", "--before", "2999-01-01"], "It must be in the past"],
  ["a journal that is not there", ["journal", "check", "--data", "/nonexistent"], "there is no shop in"],
  [
    "a benchmark of a shop whose secret is not there",
    ["bench", "flash-sale", "--data", "/nonexistent"],
    "/nonexistent/secret is missing",
  ],
  ["an order's id that is none", ["orders", "show", "LAMP"], "an order's id is CART~N"],
  ["a workbook, which an export is not", ["orders", "export", "o.xlsx"], "give it a name that ends in .csv"],
  ["a state that orders do not have", ["orders", "list", "--state", "paid"], "It must be some of placed, "],
  [
    "a return without a reason",
    ["orders", "return", "C~1"],
    "required option '--reason <text>' not specified",
  ],
  ["a line that is none", ["orders", "return", "C~1", "--line", "a"], "It must be the number of a line"],
  ["a cluster that is not there", ["nodes", "list", "--data", "/nonexistent"], "--data: no shop is open on"],
  [
    "a node elsewhere without its token",
    ["nodes", "list", "--admin-url", "http://x"],
    "STAMPEDE_ADMIN_TOKEN",
  ],
  ["an address that is none", ["ops", "list", "--admin-url", "node-b"], "--admin-url must be an address"],
  [
    "an address with more in it",
    ["ops", "list", "--admin-url", "http://b/v1"],
    "--admin-url must be an address",
  ],
  ["shards that are none", ["shards", "move", "a-b", "--to", "b"], "such as 3,5-9"],
  ["a move without its target", ["shards", "move", "3"], "required option '--to <place>' not specified"],
  [
    "a target that is none",
    ["shards", "move", "3", "--to", "B/1"],
    "--to <place>' argument 'B/1' is invalid",
  ],
  ["a node that cannot be", ["nodes", "drain", "Node_B"], "It must be the name of a node"],
  ["a time limit for nothing", ["nodes", "drain", "b", "--timeout", "3s"], "--timeout needs --wait"],
  ["a time limit that is none", ["nodes", "drain", "b", "--wait", "--timeout", "3"], "It must be a duration"],
  ["a dry run that waits", ["shards", "rebalance", "--dry-run", "--wait"], "--dry-run changes nothing"],
  [
    "a kind of balancing that is none",
    ["shards", "rebalance", "stop"],
    "Allowed choices are suspend, resume",
  ],
  ["a version that is none", ["shards", "pin", "3", "--if-version", "v8"], "--if-version <number>"],
  [
    "a sale that ends before it starts",
    "sale create s --price 1 --starts 2026-11-27T18:00Z --ends 2026-11-27T18:00+01:00 --sku A".split(" "),
    "--ends must be after --starts",
  ],
  [
    "a sale with products of two kinds",
    "sale create s --price 1 --starts now --ends +2h --sku A --category b".split(" "),
    "name the products with",
  ],
  ["a pause of nothing", ["sale", "pause", "--reason", "fire"], "name a sale, or --sku, or --all"],
  ["a pause without a reason", ["sale", "pause", "--all"], "required option '--reason <text>' not specified"],
  ["fewer units without a reason", ["sale", "stock", "A", "-3"], "--reason is missing"],
  ["units without a sign", ["sale", "stock", "A", "3"], "such as +50 or -3"],
  ["a time limit for all operations", ["ops", "watch", "--timeout", "3s"], "--timeout needs an operation"],
];

test("a directory with the report of another run is not written over: exit code 2 and one clear line", async () => {
  const directory = mkdtempSync(join(tmpdir(), "stampede-usage-"));
  try {
    writeFileSync(join(directory, "result.json"), "{}");
    const { stderr, exitCode } = await run("bench", "run", "flash-sale", "--out", directory);
    expect([exitCode, stderr]).toEqual([
      2,
      `stampede: --out: ${directory} holds the report of another run; name another directory\n`,
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

for (const [what, args, says] of wrongUses) {
  test(`${what} is wrong use: exit code 2 and one clear line`, async () => {
    const { stderr, exitCode } = await run(...args);
    expect(stderr).toContain(says);
    expect(exitCode).toBe(2);
  });
}
