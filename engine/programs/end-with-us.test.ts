import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { endWithUs } from "./end-with-us.ts";

const directory = mkdtempSync(join(tmpdir(), "stampede-watched-"));
const watchers: Subprocess[] = [];

afterEach(() => {
  for (const watcher of watchers.splice(0)) watcher.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

test("nobody is left to kill the number of a program that has ended by itself", async () => {
  const program = Bun.spawn(["true"]);
  const watcher = endWithUs(program);
  watchers.push(watcher);
  await watcher.exited;
  expect(program.exitCode).toBe(0);
});

test("a program and its directory go with whoever started it, and the directory also when the program went before", async () => {
  const watch = `
    import { mkdirSync } from "node:fs";
    import { endWithUs } from ${JSON.stringify(join(import.meta.dir, "end-with-us.ts"))};
    const [, directory, ...command] = process.argv;
    mkdirSync(directory, { recursive: true });
    const program = Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"] });
    endWithUs(program, directory);
    console.log(program.pid);
    if (command[0] === "true") await program.exited;
    process.kill(process.pid, "SIGKILL");`;
  for (const command of [["sleep", "1000"], ["true"]]) {
    const owner = Bun.spawn([process.execPath, "-e", watch, directory, ...command], { stdout: "pipe" });
    const pid = await owner.stdout.text();
    while (existsSync(directory) || runs(pid)) await Bun.sleep(5);
  }
});

/** Tells whether there is such a process, other than one that has ended and waits to be collected. */
function runs(pid: string): boolean {
  const state = Bun.spawnSync(["ps", "-o", "stat=", "-p", pid.trim()]).stdout.toString();
  return state !== "" && !state.startsWith("Z");
}
