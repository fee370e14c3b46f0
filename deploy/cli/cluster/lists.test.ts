import { afterEach, beforeEach, expect, test } from "bun:test";
import { hostname } from "node:os";
import { eventually } from "../../../persistence/testing/condition.ts";
import { ClusterShell } from "./testing/cluster-shell.ts";

const TEST_MS_MAX = 60_000;
const WIDTH_MAX = 80;

let shell: ClusterShell;

beforeEach(async () => {
  shell = await ClusterShell.open();
});

afterEach(() => shell.close());

test(
  "with --json standard output is one document, whatever comes of it",
  async () => {
    const [shard] = shell.shardsOf("node-b");
    const { stdout } = await shell.run(`shards move ${shard} --to node-a --wait --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      operation: {
        kind: "move",
        status: "done",
        askedBy: expect.stringMatching(new RegExp(`^.+@${hostname()}$`)),
      },
      summary: { moved: 1, asked: 1, pauses: { slowest: [{ shard }] }, stays: [], underway: [], waiting: 0 },
    });
    const nothing = await shell.run(`shards move ${shard} --to node-a --json`);
    expect([nothing.exitCode, JSON.parse(nothing.stdout)]).toMatchObject([0, { operation: null }]);
    const refused = await shell.run("nodes drain node-x --json");
    expect([refused.exitCode, JSON.parse(refused.stdout)]).toMatchObject([2, { code: "precheck_refused" }]);
    const missing = await shell.run("nodes describe node-x --json");
    expect([missing.exitCode, JSON.parse(missing.stdout)]).toMatchObject([2, { code: "unknown_node" }]);
    const lists = ["nodes list", "shards list", "ops list", "nodes describe node-a", "shards describe 1"];
    const documents = await Promise.all(lists.map((list) => shell.run(`${list} --json`)));
    expect(documents.map((document) => Object.keys(JSON.parse(document.stdout) as object))).toEqual([
      ["coordinator", "isBalancingSuspended", "nodes"],
      ["version", "isBalancingSuspended", "shards"],
      ["operations"],
      ["node", "shards"],
      ["shard", "place", "pinned", "load", "move"],
    ]);
  },
  TEST_MS_MAX,
);

test(
  "whoever looks where shards and nodes are is told that balancing is suspended",
  async () => {
    await shell.run("shards rebalance suspend");
    const tells = `balancing is suspended; end that with: stampede shards rebalance resume ${shell.access}\n`;
    expect((await shell.run("shards list --node node-b")).stdout).toEndWith(tells);
    expect((await shell.run("nodes list")).stdout).toEndWith(tells);
    expect(shell.rig.cluster.coordinator.node.statistics.isBalancingSuspended).toBe(true);
    await shell.run("shards rebalance resume");
    expect((await shell.run("nodes list")).stdout).not.toContain(tells);
    expect(shell.rig.cluster.coordinator.node.statistics.isBalancingSuspended).toBe(false);
  },
  TEST_MS_MAX,
);

test(
  "lists are plain tables that fit on 80 columns",
  async () => {
    await eventually("every node has told what it serves", async () => {
      const nodes = await shell.rig.ask("/v1/nodes");
      return !(await nodes.text()).includes('"servingShards":0');
    });
    // Soon loads are measured, and a move that does not get on is given up.
    shell.rig.slowDown(20);
    await shell.stuckMove();
    await shell.run("nodes cordon node-a");
    const [shard] = shell.shardsOf("node-b");
    const shown = await Promise.all(
      [
        "nodes list",
        "nodes describe node-b",
        `shards list --shard ${shard}`,
        "shards list --node node-b",
        `shards describe ${shard}`,
        "ops list --limit 1",
      ].map((command) => shell.run(command)),
    );
    expect(shown.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(shown.map(() => [0, ""]));
    const [nodes, node, named, ofNode, one, ops] = shown.map(({ stdout }) => stdout);
    const notes = shell.rig.cluster.coordinator.name === "node-a" ? "coordinator, cordoned" : "cordoned";
    expect(nodes).toStartWith("NODE    STATE  LANES  SERVING  RELEASE  NOTES\n");
    expect(nodes).toMatch(new RegExp(`^node-a {2}alive {2}2 {6}4/4 {6}1\\.0\\.0 {4}${notes}$`, "m"));
    expect(node).toMatch(/^node {5}node-b\nstate {4}alive\nnotes {4}none\nserving {2}4\/4 shards\n/);
    expect(node).toMatch(/^lane-0 {2}- {4}- {5}2 {6}0 {7}\d+,\d+$/m);
    expect(named).toStartWith("SHARD");
    expect(named).toMatch(new RegExp(`^shard/${shard} +node-b/lane-\\d +- +preparing`, "m"));
    expect(named).toEndWith("1 shard, table v1\n");
    expect(ofNode).toEndWith("4 shards, table v1\n");
    expect(one).toMatch(
      new RegExp(`^shard {3}${shard}\nplace {3}node-b/lane-\\d\npinned {2}no\nload {4}-\nmove {4}preparing`),
    );
    expect(ops).toMatch(
      /^OPERATION {2}WHAT {11}STATUS {2}STEPS {2}BEGAN \(UTC\) {10}ASKED BY\n[0-9a-f]{8} {3}cordon node-a {2}done/,
    );
    const lines = shown.flatMap(({ stdout }) => stdout.split("\n"));
    expect(lines.filter((line) => line.length > WIDTH_MAX)).toEqual([]);
    expect(lines.join("")).not.toContain("\u001b");
  },
  TEST_MS_MAX,
);
