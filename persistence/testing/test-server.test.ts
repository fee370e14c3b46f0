import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./condition.ts";

const TEST_MS_MAX = 60_000;
const IMPORT = `import { testServer } from ${JSON.stringify(join(import.meta.dir, "test-server.ts"))};`;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stampede-server-"));
  await chmod(directory, 0o755);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Runs Bun in the directory, with the directory as the one for temporary files, and gives what it printed. */
async function runBun(...args: readonly string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: directory,
    env: { ...process.env, TMPDIR: directory },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const outputs = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  return outputs.join("\n");
}

async function leftServers(): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith("stampede-test-"));
}

test(
  "the servers of a run of several processes, which end all that a file has started, leave nothing behind",
  async () => {
    const file = `${IMPORT} import { test } from "bun:test"; test("asks for the server", async () => void (await testServer()));`;
    for (const name of ["one", "two"]) await writeFile(join(directory, `${name}.test.ts`), file);
    expect(await runBun("test", "--parallel", `--timeout=${TEST_MS_MAX}`)).toContain("2 pass");
    await eventually("the files of the servers are gone", async () => (await leftServers()).length === 0);
  },
  TEST_MS_MAX,
);

test(
  "the server of a process that is killed leaves nothing behind",
  async () => {
    const program = `${IMPORT} console.log((await testServer()).pid); process.kill(process.pid, "SIGKILL");`;
    expect(await runBun("-e", program)).toMatch(/^\d+\n/);
    await eventually("the files of the server are gone", async () => (await leftServers()).length === 0);
  },
  TEST_MS_MAX,
);
