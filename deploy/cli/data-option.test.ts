import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeOpenNote } from "../testing/open-note.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
/** Nobody listens on port 1. */
const DATABASE_URL = "postgres://clerk:hunter2@127.0.0.1:1/other";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-data-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function run(...args: readonly string[]) {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], {
    cwd: directory,
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL, STAMPEDE_SECRET: "a secret that nobody has to keep" },
  });
  const [stderr, exitCode] = await Promise.all([child.stderr.text(), child.exited]);
  return { stderr, exitCode };
}

const commands: readonly (readonly string[])[] = [
  ["verify"],
  ["journal", "show", "shop/cart/anybody"],
  ["journal", "check"],
  ["journal", "archive", "--before", "30d"],
  ["bench", "flash-sale"],
];

for (const command of commands) {
  test(`${command.join(" ")} does not choose between the database in --data and that of DATABASE_URL`, async () => {
    const shop = join(directory, "shop");
    mkdirSync(join(shop, "postgres"), { recursive: true });
    expect(await run(...command, "--data", shop)).toEqual({
      exitCode: 2,
      stderr: `stampede: --data ${shop} holds a database of its own, and DATABASE_URL names the one at 127.0.0.1:1/other: unset DATABASE_URL, or leave out --data.\n`,
    });
  });
}

test("DATABASE_URL is read when no directory is given, and beside one that holds no database", async () => {
  mkdirSync(join(directory, ".stampede", "postgres"), { recursive: true });
  mkdirSync(join(directory, "elsewhere"));
  for (const options of [[], ["--data", "elsewhere"]]) {
    const { stderr, exitCode } = await run("verify", ...options);
    expect(stderr).toContain("Postgres at 127.0.0.1:1/other does not answer");
    expect(exitCode).toBe(1);
  }
});

test("a directory may be named beside DATABASE_URL where what is open there has that database", async () => {
  const shop = join(directory, "shop");
  mkdirSync(join(shop, "postgres"), { recursive: true });
  const node = join(shop, "node-a");
  writeOpenNote(node, { databaseUrl: "postgres://127.0.0.1:2/other" });
  expect((await run("verify", "--data", shop)).stderr).toContain("holds a database of its own");
  writeOpenNote(node, { databaseUrl: DATABASE_URL });
  expect((await run("verify", "--data", shop)).stderr).toContain("at 127.0.0.1:1/other does not answer");
});
