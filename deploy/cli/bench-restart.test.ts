import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive, until } from "../../persistence/embedded/postmaster.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const TEST_MS_MAX = 120_000;
const OPEN_MS_MAX = 60_000;

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A run that fills a shop for much longer than the test lasts, in a process group and a directory of its own. */
function startBench() {
  const directory = mkdtempSync(join(tmpdir(), "restart-test-"));
  directories.push(directory);
  Bun.spawnSync(["chmod", "755", directory]);
  const child = Bun.spawn([process.execPath, PROGRAM, "bench", "restart", "--carts", "1000000"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
    env: { ...process.env, TMPDIR: directory, DATABASE_URL: undefined, STAMPEDE_SECRET: undefined },
  });
  return { child, directory };
}

/** Processes of the shop that is open below a directory: itself and its Postgres. */
async function openShop(directory: string): Promise<readonly number[]> {
  let pids: readonly number[] = [];
  const isOpen = await until(() => {
    pids = shopPids(directory);
    return pids.length === 2;
  }, OPEN_MS_MAX);
  if (!isOpen) throw new Error(`waited ${OPEN_MS_MAX} ms in vain until a shop was open below ${directory}`);
  return pids;
}

function shopPids(directory: string): readonly number[] {
  const [name = "none"] = readdirSync(directory);
  const note = join(directory, name, "shop.json");
  const postmaster = join(directory, name, "postgres", "postgres", "postmaster.pid");
  if (!existsSync(note) || !existsSync(postmaster)) return [];
  const { pid } = JSON.parse(readFileSync(note, "utf8")) as { readonly pid: number };
  return [pid, Number.parseInt(readFileSync(postmaster, "utf8"), 10)];
}

for (const [whom, toGroup, signal] of [
  ["the process alone is interrupted", false, "SIGINT"],
  ["the whole process group is interrupted, as a terminal does", true, "SIGINT"],
  ["the process is told to end", false, "SIGTERM"],
] as const) {
  test(
    `when ${whom}, the shop, its Postgres and the directory go as well`,
    async () => {
      const { child, directory } = startBench();
      const pids = await openShop(directory);
      expect(pids.map(isAlive)).toEqual([true, true]);
      process.kill(toGroup ? -child.pid : child.pid, signal);
      const [stdout, stderr, exitCode] = await Promise.all([
        child.stdout.text(),
        child.stderr.text(),
        child.exited,
      ]);
      expect(pids.map(isAlive)).toEqual([false, false]);
      expect(readdirSync(directory)).toEqual([]);
      expect([stdout, stderr.trim().split("\n").at(-1), exitCode]).toEqual([
        "",
        "stampede: ended early",
        130,
      ]);
    },
    TEST_MS_MAX,
  );
}
