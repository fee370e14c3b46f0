import { afterEach, beforeEach, expect, test } from "bun:test";
import { ClusterShell } from "./testing/cluster-shell.ts";

const TEST_MS_MAX = 60_000;

let shell: ClusterShell;

beforeEach(async () => {
  shell = await ClusterShell.open();
});

afterEach(() => shell.close());

test(
  "a drain is planned, carried out as it was planned, and tells how long clients waited",
  async () => {
    const planned = await shell.run("nodes drain node-b --dry-run");
    const [head = "", ...rows] = planned.stdout.trimEnd().split("\n");
    const [, id = ""] =
      /^PLAN (p-[0-9a-z]+) {2}table v1 {3}drain node-b: 4 shards, 4 at a time$/.exec(head) ?? [];
    const carryOut = rows.pop();
    expect(carryOut).toBe(`carry out with: stampede nodes drain node-b --plan ${id} ${shell.access}`);
    expect(rows).toHaveLength(4);
    for (const row of rows)
      expect(row).toMatch(
        /^shard\/\d+ +node-b\/lane-\d -> node-[ac]\/lane-\d {2}drain {2}load \d?\.\d\d -> \d?\.\d\d$/,
      );
    expect([planned.exitCode, shell.operations]).toEqual([0, []]);

    const done = await shell.run(`nodes drain node-b --plan ${id} --wait --as anna`);
    expect(done.stdout).toMatch(/^drain done in \d+m?s: 4 of 4 shards moved$/m);
    const waited = /^clients waited {2}min [\d.]+ ms {2}p50 [\d.]+ ms {2}p99 [\d.]+ ms {2}max ([\d.]+) ms$/m;
    const [, maxMs = ""] = waited.exec(done.stdout) ?? [];
    expect(done.stdout).toMatch(new RegExp(`^slowest {2}shard/\\d+ ${maxMs} ms, shard`, "m"));
    expect([done.exitCode, shell.shardsOf("node-b")]).toEqual([0, []]);
    expect(done.stderr).toContain("drain: shards 4 of 4");
    expect(shell.operation("drain").askedBy).toBe("anna");

    const next = await shell.run("shards rebalance --dry-run");
    expect(next.stdout).toMatch(/^PLAN p-\S+ {2}table v\d+ {3}rebalance\nnothing to do: Everything is where/);
  },
  TEST_MS_MAX,
);

test(
  "a plan that is out of date is not carried out: exit code 5",
  async () => {
    const planned = await shell.run("nodes drain node-b --dry-run --json");
    const { id, version } = JSON.parse(planned.stdout) as { readonly id: string; readonly version: number };
    expect((await shell.run(`shards pin 0 --if-version ${version}`)).exitCode).toBe(0);
    const byPlan = await shell.run(`nodes drain node-b --plan ${id}`);
    expect(byPlan).toMatchObject({ exitCode: 5, stdout: "" });
    expect(byPlan.stderr).toMatch(
      /^stampede: Nothing was changed: the plan is p-\S+ by now, for version 2 of the placement\.\n$/,
    );
    const byVersion = await shell.run("nodes drain node-b --if-version 1 --json");
    expect(byVersion.exitCode).toBe(5);
    expect(JSON.parse(byVersion.stdout)).toMatchObject({ code: "plan_changed", field: "ifVersion" });
    expect(shell.operations.map(({ kind }) => kind)).toEqual(["pin"]);
  },
  TEST_MS_MAX,
);

test(
  "what a precheck refuses is told with its reason, planned or not: exit code 6, or 2 for names that nobody knows",
  async () => {
    for (const node of ["node-a", "node-b"]) await shell.run(`nodes cordon ${node}`);
    const full = await shell.run(`nodes drain node-c --dry-run`);
    expect([full.exitCode, full.stdout]).toEqual([6, expect.stringContaining("REFUSED NO_CAPACITY: ")]);
    expect((await shell.run("nodes drain node-c")).exitCode).toBe(6);
    const unknown = ["shards move 0 --to node-a/lane-7", "shards pin 99", "nodes cordon node-x"];
    const codes = unknown.map(async (command) => (await shell.run(command)).exitCode);
    expect(await Promise.all(codes)).toEqual([2, 2, 2]);
    const planned = await shell.run("shards move 0 --to node-x --dry-run");
    const reason = 'No node has ever started as "node-x".';
    expect(planned.exitCode).toBe(2);
    expect(planned.stdout).toMatch(/^PLAN p-\S+ {2}table v1 {3}move 0 to node-x\nREFUSED UNKNOWN_NODE: /);
    expect(planned.stdout).toEndWith(`: ${reason}\n`);
    const refused = await shell.run("shards move 0 --to node-x");
    expect(refused).toEqual({ exitCode: 2, stdout: "", stderr: `stampede: ${reason}\n` });
    expect(shell.operations.map(({ kind }) => kind)).toEqual(["cordon", "cordon"]);
  },
  TEST_MS_MAX,
);

test(
  "shards that stay are named with the reason, and the exit code says partly: 3",
  async () => {
    const [pinned] = shell.shardsOf("node-b");
    await shell.run(`shards pin ${pinned}`);
    const planned = await shell.run("nodes drain node-b --dry-run");
    expect(planned.stdout).toMatch(new RegExp(`^shard/${pinned} +node-b/lane-\\d -> SKIP +PINNED$`, "m"));
    expect(planned.stdout).toContain("drain node-b: 3 of 4 shards, ");
    const { exitCode, stdout, stderr } = await shell.run("nodes drain node-b --wait");
    expect([exitCode, stderr]).toEqual([3, "drain: shards 3 of 4\n"]);
    expect((await shell.run("ops list --limit 1")).stdout).toContain("  3/4 ");
    expect(stdout).toMatch(/^drain partly in \d+m?s: 3 of 4 shards moved$/m);
    expect(stdout).toContain(`stays  shard/${pinned}  PINNED\n`);
  },
  TEST_MS_MAX,
);

test(
  "a move that is not over in time goes on (exit code 4), names what holds it up, and can be ended",
  async () => {
    shell.holdUp();
    const [shard] = shell.shardsOf("node-b");
    const late = await shell.run(`shards move ${shard} --to node-c/lane-1 --wait --timeout 1s`);
    expect(late.exitCode).toBe(4);
    expect(late.stdout).toBe(
      `move running: 0 of 1 shards moved\non the way  shard/${shard}  preparing: node-c, Prepare: late\n`,
    );
    const { id } = shell.operation("move");
    const goOn = `watch it with: stampede ops watch ${id} ${shell.access}`;
    expect(late.stderr).toContain(`stampede: still running after 1s; ${goOn}\n`);

    const name = id.slice(-8);
    const preview = await shell.run(`shards cancel ${name} --dry-run`);
    expect(preview.stdout).toStartWith("move running: 0 of 1 shards moved\n");
    expect(shell.operation("move").status).toBe("running");
    const cancelled = await shell.run(`shards cancel ${name} --wait --as bert`);
    expect(cancelled.exitCode).toBe(0);
    expect(cancelled.stdout).toMatch(/^move cancelled by bert in \d+m?s: 0 of 1 shards moved$/m);
    expect(shell.operation("move").state).toMatchObject({ cancelledBy: "bert" });

    const watched = await shell.run(`ops watch ${name}`);
    expect([watched.exitCode, watched.stdout]).toEqual([1, cancelled.stdout]);
    const again = await shell.run(`shards cancel ${id}`);
    expect(again).toMatchObject({ exitCode: 0, stdout: `move cancelled: ${id}\n`, stderr: "" });
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
      ["nodes undrain node-b", "nothing to do: The node takes shards already.\n"],
    ] as const;
    for (const [command, says] of commands) {
      const { exitCode, stdout, stderr } = await shell.run(command);
      expect([command, exitCode, stdout, stderr]).toEqual([command, 0, says, ""]);
      const { stdout: planned } = await shell.run(`${command.replace(" --wait", "")} --dry-run`);
      expect([command, planned]).toEqual([command, expect.stringContaining("\nnothing to do: ")]);
    }
  },
  TEST_MS_MAX,
);

test(
  "what can be done next is told as it has to be typed where this was typed",
  async () => {
    const planned = await shell.run("nodes drain node-b --dry-run", "stampede");
    expect(planned.stdout).toContain("carry out with: npm run stampede -- nodes drain node-b --plan p-");
    const begun = await shell.run("nodes drain node-b", "stampede");
    expect(begun.stderr).toContain("watch it with: npm run stampede -- ops watch ");
  },
  TEST_MS_MAX,
);
