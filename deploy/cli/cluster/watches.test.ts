import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { ClusterShell } from "./testing/cluster-shell.ts";

const TEST_MS_MAX = 60_000;

let shell: ClusterShell;

beforeEach(async () => {
  shell = await ClusterShell.open();
});

afterEach(() => shell.close());

test(
  "a change that is not waited for says how to go on watching, and what was watched ends with its exit code",
  async () => {
    const [shard] = shell.shardsOf("node-b");
    const { exitCode, stdout, stderr } = await shell.run(`shards move ${shard} --to node-a`);
    const { id } = shell.operation("move");
    expect([exitCode, stdout]).toEqual([0, `move waiting: ${id}\n`]);
    expect(stderr).toBe(`watch it with: stampede ops watch ${id} ${shell.access}\n`);
    const watched = await shell.run(`ops watch ${id} --json`);
    const lines = watched.stdout.trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "") as Operation;
    expect([watched.exitCode, last.id, last.status]).toEqual([0, id, "done"]);
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C ends a watch of all operations cleanly, whole lines only",
  async () => {
    const child = shell.spawn("ops watch --json");
    const seen = Promise.withResolvers<void>();
    let stdout = "";
    const reading = (async () => {
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
        stdout += chunk;
        if (stdout.includes("\n")) seen.resolve();
      }
    })();
    const { id } = await shell.stuckMove();
    await seen.promise;
    child.kill("SIGINT");
    await reading;
    expect([await child.exited, await child.stderr.text()]).toEqual([
      0,
      "watching operations; Ctrl-C ends it\n",
    ]);
    for (const line of stdout.trimEnd().split("\n")) expect(JSON.parse(line)).toMatchObject({ id });
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C ends the wait for an operation, and not the operation",
  async () => {
    const { id } = await shell.stuckMove();
    const child = shell.spawn(`ops watch ${id.slice(-8)} --json`);
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGINT");
    const goOn = `the operation goes on; watch it with: stampede ops watch ${id} ${shell.access}`;
    expect([await child.exited, await child.stderr.text()]).toEqual([
      130,
      `${goOn}\nstampede: ended early\n`,
    ]);
    expect(shell.operation("move").status).toBe("running");
  },
  TEST_MS_MAX,
);
