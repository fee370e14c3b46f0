import { expect, test } from "bun:test";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { clusterGuide } from "./cluster-guide.ts";
import type { OpenNode } from "./local-cluster.ts";

function openNode(name: string, pid: number, port: number): OpenNode {
  const shop = { pid, port, adminPort: port + 1, host: "127.0.0.1", adminHost: "127.0.0.1", databaseUrl: "" };
  return { process: { name, pid } as OpenNode["process"], shop };
}

function guideOf(
  nodes: readonly [OpenNode, ...OpenNode[]],
  lanes: number,
  places: readonly (LanePlace | null)[] = [],
): string {
  return clusterGuide({
    nodes,
    places,
    natsUrl: "nats://127.0.0.1:4222",
    dataDirectory: "/data",
    lanes,
    gateways: 3,
    environmentFile: "/data/environment",
    tokenFile: "/data/admin-token",
  });
}

test("shards are moved where there is somewhere to move them to", () => {
  const [first, second] = [openNode("node-a", 11, 7070), openNode("node-b", 12, 7072)];
  expect(guideOf([first, second], 1)).toContain("shards move 3 --to node-b ");
  expect(guideOf([first, second], 1)).toContain("nodes drain node-b ");
  expect(guideOf([first], 2)).toContain("shards move 3 --to node-a/lane-1 ");
  for (const lanes of [1, 2]) expect(guideOf([first], lanes)).not.toContain("nodes drain");
  expect(guideOf([first], 1)).not.toContain("shards move");
});

test("a shard that is moved is not there yet, and what was tried is undone", () => {
  const nodes = [openNode("node-a", 11, 7070), openNode("node-b", 12, 7072)] as const;
  const there = { node: "node-b", lane: 0 };
  const guide = guideOf(nodes, 1, [there, there, null, there, there, { node: "node-a", lane: 0 }]);
  const commands = ["shards move 5 --to node-b --wait ", "shards unpin 5 ", "nodes drain node-b --wait "];
  const at = [...commands, "nodes undrain node-b "].map((command) => guide.indexOf(command));
  expect(at).not.toContain(-1);
  expect(at).toEqual(at.toSorted((one, other) => one - other));
  const lanes = [1, 1, 0].map((lane) => ({ node: "node-a", lane }));
  expect(guideOf([nodes[0]], 2, lanes)).toContain("shards move 2 --to node-a/lane-1 ");
});

test("a node that was killed is started again as it was", () => {
  const guide = guideOf([openNode("node-a", 11, 7070), openNode("node-b", 12, 7072)], 2);
  expect(guide).toContain(" kill -9 12\n");
  expect(guide).toContain(
    " npm start -- --node node-b --data /data/node-b --lanes 2 --gateways 3 --port 7072 --admin-port 7073\n",
  );
});
