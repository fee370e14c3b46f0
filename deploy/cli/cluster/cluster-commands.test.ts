import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { eventually } from "../../../persistence/testing/condition.ts";
import { AdminRig, RIG_TOKEN } from "../../admin/testing/admin-rig.ts";
import { DataDirectory } from "../../shop/data-directory.ts";

const PROGRAM = fileURLToPath(new URL("../../stampede.ts", import.meta.url));
const TEST_MS_MAX = 60_000;
const WIDTH_MAX = 80;

let rig: AdminRig;

beforeEach(async () => {
  rig = await AdminRig.start();
});

afterEach(() => rig.stop());

function spawn(args: readonly string[], token: string | null = RIG_TOKEN) {
  return Bun.spawn([process.execPath, PROGRAM, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, STAMPEDE_ADMIN_TOKEN: token ?? undefined },
  });
}

async function ended(child: ReturnType<typeof spawn>) {
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

/** Runs a command, given as typed, against the rig. */
function run(command: string) {
  return ended(spawn([...command.split(" "), "--admin-url", rig.url]));
}

/** Shards that the placement gives to a node. */
function shardsOf(node: string): readonly number[] {
  const { shards } = rig.cluster.stored.placement;
  return [...shards.keys()].filter((shard) => shards[shard]?.node === node);
}

function operations(): readonly Operation[] {
  return [...rig.cluster.stored.operations.values()];
}

/** The only operation of this kind. */
function theOperation(kind: string): Operation {
  const [first, ...more] = operations().filter((each) => each.kind === kind);
  if (first === undefined || more.length > 0) throw new Error(`there is not one ${kind}`);
  return first;
}

/** node-c never gets ready for any shard. */
function holdUp(): void {
  rig.cluster.node("node-c").threads.prepare = () => new Promise(() => undefined);
}

async function stuckMove(): Promise<Operation> {
  holdUp();
  await run(`shards move ${shardsOf("node-b")[0]} --to node-c`);
  const isUnderway = () => JSON.stringify(theOperation("move").state).includes("moving");
  await eventually("the move is under way", isUnderway);
  return theOperation("move");
}

test(
  "a drain is planned, carried out as it was planned, and tells how long clients waited",
  async () => {
    const planned = await run("nodes drain node-b --dry-run");
    const [head = "", ...rows] = planned.stdout.trimEnd().split("\n");
    const [, id = ""] =
      /^PLAN (p-[0-9a-z]+) {2}table v1 {3}drain node-b: 4 shards, 4 at a time$/.exec(head) ?? [];
    const carryOut = rows.pop();
    expect(carryOut).toBe(`carry out with: stampede nodes drain node-b --plan ${id} --admin-url ${rig.url}`);
    expect(rows).toHaveLength(4);
    for (const row of rows)
      expect(row).toMatch(
        /^shard\/\d+ +node-b\/lane-\d -> node-[ac]\/lane-\d {2}drain {2}load \d?\.\d\d -> \d?\.\d\d$/,
      );
    expect([planned.exitCode, operations()]).toEqual([0, []]);

    const done = await run(`nodes drain node-b --plan ${id} --wait --as anna`);
    expect(done.stdout).toMatch(/^drain done in \d+m?s: 4 of 4 shards moved$/m);
    const waited = /^clients waited {2}min [\d.]+ ms {2}p50 [\d.]+ ms {2}p99 [\d.]+ ms {2}max ([\d.]+) ms$/m;
    const [, maxMs = ""] = waited.exec(done.stdout) ?? [];
    expect(done.stdout).toMatch(new RegExp(`^slowest {2}shard/\\d+ ${maxMs} ms, shard`, "m"));
    expect([done.exitCode, shardsOf("node-b")]).toEqual([0, []]);
    expect(done.stderr).toContain("drain: shards 4 of 4");
    expect(theOperation("drain").askedBy).toBe("anna");

    const next = await run("shards rebalance --dry-run");
    expect(next.stdout).toMatch(/^PLAN p-\S+ {2}table v\d+ {3}rebalance: nothing to do\n$/);
  },
  TEST_MS_MAX,
);

test(
  "a plan that is out of date is not carried out: exit code 5",
  async () => {
    const planned = await run("nodes drain node-b --dry-run --json");
    const { id, version } = JSON.parse(planned.stdout) as { readonly id: string; readonly version: number };
    expect((await run(`shards pin 0 --if-version ${version}`)).exitCode).toBe(0);
    const byPlan = await run(`nodes drain node-b --plan ${id}`);
    expect(byPlan).toMatchObject({ exitCode: 5, stdout: "" });
    expect(byPlan.stderr).toMatch(/^stampede: The plan is p-\S+ by now, for version 2 of the placement\.\n$/);
    const byVersion = await run("nodes drain node-b --if-version 1 --json");
    expect(byVersion.exitCode).toBe(5);
    expect(JSON.parse(byVersion.stdout)).toMatchObject({ code: "plan_changed", field: "ifVersion" });
    expect(operations().map(({ kind }) => kind)).toEqual(["pin"]);
  },
  TEST_MS_MAX,
);

test(
  "what a precheck refuses is told with its reason, planned or not: exit code 6",
  async () => {
    const planned = await run("shards move 0 --to node-x --dry-run");
    const reason = 'No node has ever started as "node-x".';
    expect(planned.exitCode).toBe(6);
    expect(planned.stdout).toMatch(/^PLAN p-\S+ {2}table v1 {3}move 0 to node-x\nREFUSED UNKNOWN_NODE: /);
    expect(planned.stdout).toEndWith(`: ${reason}\n`);
    const refused = await run("shards move 0 --to node-x");
    expect(refused).toEqual({ exitCode: 6, stdout: "", stderr: `stampede: ${reason}\n` });
    expect(operations()).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "shards that stay are named with the reason, and the exit code says partly: 3",
  async () => {
    const [pinned] = shardsOf("node-b");
    await run(`shards pin ${pinned}`);
    const planned = await run("nodes drain node-b --dry-run");
    expect(planned.stdout).toMatch(new RegExp(`^shard/${pinned} +node-b/lane-\\d -> SKIP +PINNED$`, "m"));
    const { exitCode, stdout } = await run("nodes drain node-b --wait");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^drain partly in \d+m?s: 3 of 4 shards moved$/m);
    expect(stdout).toContain(`stays  shard/${pinned}  PINNED\n`);
  },
  TEST_MS_MAX,
);

test(
  "a move that is not over in time goes on (exit code 4), names what holds it up, and can be ended",
  async () => {
    holdUp();
    const [shard] = shardsOf("node-b");
    const late = await run(`shards move ${shard} --to node-c/lane-1 --wait --timeout 1s`);
    expect(late.exitCode).toBe(4);
    expect(late.stdout).toBe(
      `move running: 0 of 1 shards moved\non the way  shard/${shard}  preparing: node-c, Prepare: late\n`,
    );
    const { id } = theOperation("move");
    const goOn = `watch it with: stampede ops watch ${id} --admin-url ${rig.url}`;
    expect(late.stderr).toContain(`stampede: still running after 1s; ${goOn}\n`);

    const name = id.slice(-8);
    const preview = await run(`shards cancel ${name} --dry-run`);
    expect(preview.stdout).toStartWith("move running: 0 of 1 shards moved\n");
    expect(theOperation("move").status).toBe("running");
    const cancelled = await run(`shards cancel ${name} --wait --as bert`);
    expect(cancelled.exitCode).toBe(0);
    expect(cancelled.stdout).toMatch(/^move cancelled in \d+m?s: 0 of 1 shards moved$/m);
    expect(theOperation("move").state).toMatchObject({ cancelledBy: "bert" });

    const watched = await run(`ops watch ${name}`);
    expect([watched.exitCode, watched.stdout]).toEqual([1, cancelled.stdout]);
    const again = await run(`shards cancel ${id}`);
    expect(again).toMatchObject({ exitCode: 0, stdout: "nothing to do: The operation is over already.\n" });
  },
  TEST_MS_MAX,
);

test(
  "with --json standard output is one document, whatever comes of it",
  async () => {
    const [shard] = shardsOf("node-b");
    const { stdout } = await run(`shards move ${shard} --to node-a --wait --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      operation: {
        kind: "move",
        status: "done",
        askedBy: expect.stringMatching(new RegExp(`^.+@${hostname()}$`)),
      },
      summary: { moved: 1, asked: 1, pauses: { slowest: [{ shard }] }, stays: [], underway: [], waiting: 0 },
    });
    const nothing = await run(`shards move ${shard} --to node-a --json`);
    expect([nothing.exitCode, JSON.parse(nothing.stdout)]).toMatchObject([0, { operation: null }]);
    const refused = await run("nodes drain node-x --json");
    expect([refused.exitCode, JSON.parse(refused.stdout)]).toMatchObject([6, { code: "precheck_refused" }]);
    const missing = await run("nodes describe node-x --json");
    expect([missing.exitCode, JSON.parse(missing.stdout)]).toMatchObject([1, { code: "unknown_node" }]);
    const lists = ["nodes list", "shards list", "ops list", "nodes describe node-a", "shards describe 1"];
    const documents = await Promise.all(lists.map((list) => run(`${list} --json`)));
    expect(documents.map((document) => Object.keys(JSON.parse(document.stdout) as object))).toEqual([
      ["coordinator", "nodes"],
      ["version", "shards"],
      ["operations"],
      ["node", "shards"],
      ["shard", "place", "pinned", "load", "move"],
    ]);
  },
  TEST_MS_MAX,
);

test(
  "lists are plain tables that fit on 80 columns",
  async () => {
    await stuckMove();
    await run("nodes cordon node-a");
    const [shard] = shardsOf("node-b");
    const shown = await Promise.all(
      [
        "nodes list",
        "nodes describe node-b",
        `shards list --shard ${shard},99`,
        "shards list --node node-b",
        `shards describe ${shard}`,
        "ops list --limit 1",
      ].map((command) => run(command)),
    );
    expect(shown.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(shown.map(() => [0, ""]));
    const [nodes, node, named, ofNode, one, ops] = shown.map(({ stdout }) => stdout);
    const notes = rig.cluster.coordinator.name === "node-a" ? "coordinator, cordoned" : "cordoned";
    expect(nodes).toStartWith("NODE    STATE  LANES  SERVING  RELEASE  NOTES\n");
    expect(nodes).toMatch(new RegExp(`^node-a {2}alive {2}2 {6}4/4 {6}1\\.0\\.0 {4}${notes}$`, "m"));
    expect(node).toMatch(/^node {5}node-b\nstate {4}alive\norders {3}none\nserving {2}4\/4 shards\n/);
    expect(node).toMatch(/^lane-0 {2}- {5}2 {6}0 {7}\d+,\d+$/m);
    expect(named).toStartWith("SHARD");
    expect(named).toMatch(new RegExp(`^shard/${shard} +node-b/lane-\\d +- +preparing`, "m"));
    expect(named).toEndWith("1 shard, table v1\n");
    expect(ofNode).toEndWith("4 shards, table v1\n");
    expect(one).toMatch(
      new RegExp(`^shard {3}${shard}\nplace {3}node-b/lane-\\d\npinned {2}no\nload {4}-\nmove {4}preparing`),
    );
    expect(ops).toMatch(
      /^OPERATION {2}KIND {4}STATUS {2}STEPS {2}BEGAN \(UTC\) {10}ASKED BY\n[0-9a-f]{8} {3}cordon {2}done/,
    );
    const lines = shown.flatMap(({ stdout }) => stdout.split("\n"));
    expect(lines.filter((line) => line.length > WIDTH_MAX)).toEqual([]);
    expect(lines.join("")).not.toContain("\u001b");
  },
  TEST_MS_MAX,
);

test(
  "nodes are cordoned and undrained, shards unpinned, balancing suspended and resumed: done at once",
  async () => {
    const commands = [
      ["nodes cordon node-b", "cordon done\n"],
      ["nodes undrain node-b", "undrain done\n"],
      ["shards pin 0-2,4", "pin done\n"],
      ["shards pin 0-2,4", "nothing to do: All of these shards are so already.\n"],
      ["shards unpin 0-2,4 --wait", "unpin done\n"],
      ["shards rebalance suspend", "suspend done\n"],
      ["shards rebalance suspend", "nothing to do: It is suspended already.\n"],
      ["shards rebalance resume", "resume done\n"],
      ["shards rebalance", "nothing to do: Everything is where it should be.\n"],
    ] as const;
    for (const [command, says] of commands) {
      const { exitCode, stdout, stderr } = await run(command);
      expect([command, exitCode, stdout, stderr]).toEqual([command, 0, says, ""]);
    }
  },
  TEST_MS_MAX,
);

test(
  "a change that is not waited for says how to go on watching, and what was watched ends with its exit code",
  async () => {
    const [shard] = shardsOf("node-b");
    const { exitCode, stdout, stderr } = await run(`shards move ${shard} --to node-a`);
    const { id } = theOperation("move");
    expect([exitCode, stdout]).toEqual([0, `move waiting: ${id}\n`]);
    expect(stderr).toBe(`watch it with: stampede ops watch ${id} --admin-url ${rig.url}\n`);
    const watched = await run(`ops watch ${id} --json`);
    const lines = watched.stdout.trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "") as Operation;
    expect([watched.exitCode, last.id, last.status]).toEqual([0, id, "done"]);
  },
  TEST_MS_MAX,
);

test(
  "Ctrl-C ends a watch of all operations cleanly, whole lines only",
  async () => {
    const child = spawn(["ops", "watch", "--json", "--admin-url", rig.url]);
    const seen = Promise.withResolvers<void>();
    let stdout = "";
    const reading = (async () => {
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
        stdout += chunk;
        if (stdout.includes("\n")) seen.resolve();
      }
    })();
    const { id } = await stuckMove();
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
    const { id } = await stuckMove();
    const child = spawn(["ops", "watch", id.slice(-8), "--json", "--admin-url", rig.url]);
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGINT");
    const goOn = `the operation goes on; watch it with: stampede ops watch ${id} --admin-url ${rig.url}`;
    expect([await child.exited, await child.stderr.text()]).toEqual([
      130,
      `${goOn}\nstampede: ended early\n`,
    ]);
    expect(theOperation("move").status).toBe("running");
  },
  TEST_MS_MAX,
);

test(
  "a command outlives the coordinator: the next one answers",
  async () => {
    rig.cluster.kill(rig.cluster.coordinator);
    const { exitCode, stdout, stderr } = await run("nodes list");
    expect(stderr).toContain("asking again");
    expect([exitCode, stdout.includes("coordinator")]).toEqual([0, true]);
  },
  TEST_MS_MAX,
);

test(
  "a token that is not the cluster's, or an operation that is not there, is wrong use: exit code 2",
  async () => {
    const wrong = await ended(spawn(["nodes", "list", "--admin-url", rig.url], "x".repeat(32)));
    const says = `stampede: the admin token is not that of the node at ${rig.url}\n`;
    expect(wrong).toEqual({ exitCode: 2, stdout: "", stderr: says });
    const missing = await run("ops watch 0badcafe");
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toBe("stampede: none of the last 500 operations ends with 0badcafe\n");
    expect((await run("shards cancel all")).stderr).toContain("the operation must be an id");
  },
  TEST_MS_MAX,
);

test(
  "a node that cannot be reached, or is none, is told: exit code 1",
  async () => {
    const nobody = await ended(spawn(["nodes", "list", "--admin-url", "http://127.0.0.1:1"]));
    expect(nobody.exitCode).toBe(1);
    expect(nobody.stderr).toStartWith("stampede: no node can be reached at http://127.0.0.1:1 (");
    for (const status of [200, 404]) {
      const server = Bun.serve({ port: 0, fetch: () => new Response("hello", { status }) });
      const other = await ended(spawn(["nodes", "list", "--admin-url", `http://localhost:${server.port}`]));
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
      const missing = await ended(spawn(["nodes", "list", "--data", path], null));
      expect(missing.exitCode).toBe(2);
      const local = await AdminRig.start(directory.adminToken());
      const note = {
        pid: process.pid,
        port: 1,
        adminPort: local.port,
        databaseUrl: "postgres://localhost/shop",
      };
      directory.announce({ ...note, adminHost: "0.0.0.0" });
      const listed = await ended(spawn(["nodes", "list", "--data", path], null));
      await local.stop();
      expect([listed.exitCode, listed.stdout]).toMatchObject([0, expect.stringContaining("node-a")]);
    } finally {
      directory.close();
      rmSync(path, { recursive: true });
    }
  },
  TEST_MS_MAX,
);
