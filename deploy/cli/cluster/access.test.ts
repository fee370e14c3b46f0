import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryCoordinatorLock } from "../../../persistence/memory/coordinator-lock.ts";
import { AdminRig } from "../../admin/testing/admin-rig.ts";
import { DataDirectory } from "../../shop/data-directory.ts";
import { ClusterShell, endOf, spawnCommand } from "./testing/cluster-shell.ts";

const TEST_MS_MAX = 60_000;

let shell: ClusterShell;

beforeEach(async () => {
  shell = await ClusterShell.open();
});

afterEach(() => shell.close());

/** What a command says first. */
async function firstText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return new TextDecoder().decode(value);
}

test(
  "a command outlives the coordinator: the next one answers",
  async () => {
    const { cluster } = shell.rig;
    cluster.kill(cluster.coordinator);
    // Nobody else takes the office before the command has asked.
    const lock = memoryCoordinatorLock(cluster.stored);
    expect(await lock.take("nobody", () => undefined)).toBeDefined();
    const command = shell.spawn("nodes list");
    const told = await firstText(command.stderr);
    await lock.close();
    expect(told).toContain("asking again");
    expect([await command.exited, (await command.stdout.text()).includes("coordinator")]).toEqual([0, true]);
  },
  TEST_MS_MAX,
);

test(
  "a token that is not the cluster's, or an operation that is not there, is wrong use: exit code 2",
  async () => {
    const wrong = await endOf(spawnCommand(["nodes", "list", "--admin-url", shell.rig.url], "x".repeat(32)));
    const says = `stampede: the admin token is not that of the node at ${shell.rig.url}\n`;
    expect(wrong).toEqual({ exitCode: 2, stdout: "", stderr: says });
    const missing = await shell.run("ops watch 0badcafe");
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toBe("stampede: none of the last 500 operations ends with 0badcafe\n");
    for (const first of ["1", "2"]) {
      const id = `0000000${first}-0000-7000-8000-00000badcafe`;
      await shell.rig.post("/v1/operations", {
        id,
        change: { type: "PinShards", shards: [Number(first)] },
        askedBy: "a",
      });
    }
    const ambiguous = await shell.run("ops watch badcafe");
    expect([ambiguous.exitCode, ambiguous.stderr]).toEqual([
      2,
      "stampede: more than one operation ends with badcafe; give the whole id\n",
    ]);
    expect((await shell.run("shards cancel all")).stderr).toContain("the operation must be an id");
  },
  TEST_MS_MAX,
);

test(
  "a node that cannot be reached, or is none, is told: exit code 1",
  async () => {
    const nobody = await endOf(spawnCommand(["nodes", "list", "--admin-url", "http://127.0.0.1:1"]));
    expect(nobody.exitCode).toBe(1);
    expect(nobody.stderr).toStartWith("stampede: no node can be reached at http://127.0.0.1:1 (");
    for (const status of [200, 404]) {
      const server = Bun.serve({ port: 0, fetch: () => new Response("hello", { status }) });
      const other = await endOf(
        spawnCommand(["nodes", "list", "--admin-url", `http://localhost:${server.port}`]),
      );
      await server.stop(true);
      expect(other.exitCode).toBe(1);
      expect(other.stderr).toContain(`answers with status ${status}, and not as a node of Stampede does`);
    }
  },
  TEST_MS_MAX,
);

test(
  "the shop on this machine is found by its directory, with its token",
  async () => {
    const path = mkdtempSync(join(tmpdir(), "stampede-cli-"));
    const directory = DataDirectory.open(path);
    try {
      const missing = await endOf(spawnCommand(["nodes", "list", "--data", path], null));
      expect(missing.exitCode).toBe(2);
      const local = await AdminRig.start(directory.adminToken());
      const note = {
        pid: process.pid,
        port: 1,
        adminPort: local.port,
        databaseUrl: "postgres://localhost/shop",
      };
      directory.announce({ ...note, host: "127.0.0.1", adminHost: "0.0.0.0" });
      const listed = await endOf(spawnCommand(["nodes", "list", "--data", path], null));
      await local.stop();
      expect([listed.exitCode, listed.stdout]).toMatchObject([0, expect.stringContaining("node-a")]);
    } finally {
      directory.close();
      rmSync(path, { recursive: true });
    }
  },
  TEST_MS_MAX,
);
