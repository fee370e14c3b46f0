import { afterAll, beforeAll, expect, test } from "bun:test";
import { ClusterShell, endOf, spawnCommand } from "./testing/cluster-shell.ts";

const TEST_MS_MAX = 60_000;

let shell: ClusterShell;

beforeAll(async () => {
  shell = await ClusterShell.open();
});

afterAll(() => shell.close());

const ID = "00000000-0000-7000-8000-0000000000aa";

const wrongUse: readonly (readonly [args: readonly string[], says: string])[] = [
  [["shards", "move", "0-5000", "--to", "node-b"], "It must be at most 4096 shards."],
  [["shards", "pin", "0", "--as", ""], "It must be a name of at most 128 characters"],
  [["shards", "pin", "0", "--plan", ""], "It must be the id of a plan"],
  [["shards", "pin", "0", "--dry-run", "--if-version", "999"], "leave it out, or --if-version"],
  [["shards", "pin", "0", "--dry-run", "--wait"], "leave it out, or --wait"],
  [["shards", "cancel", ID, "--dry-run", "--wait"], "leave it out, or --wait"],
  [["shards", "list", "--node", "node-x"], 'No node is named "node-x"; known are node-a, node-b, node-c.'],
  [["shards", "list", "--shard", "0,99"], "The shards are numbered from 0 to 11."],
  [["shards", "describe", "99"], "The shards are numbered from 0 to 11."],
  [["nodes", "describe", "node-x"], 'No node is named "node-x"; known are node-a, node-b, node-c.'],
  [["ops", "watch", ID], "There is no operation"],
];

for (const [args, says] of wrongUse) {
  test(
    `${args.map((arg) => arg || '""').join(" ")}: exit code 2`,
    async () => {
      const { exitCode, stdout, stderr } = await endOf(spawnCommand([...args, "--admin-url", shell.rig.url]));
      expect([exitCode, stdout, stderr]).toEqual([2, "", expect.stringContaining(says)]);
      expect(shell.operations).toEqual([]);
    },
    TEST_MS_MAX,
  );
}
