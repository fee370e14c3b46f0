import { expect, test } from "bun:test";
import { clusterGuide } from "./cluster-guide.ts";
import type { OpenNode } from "./local-cluster.ts";

function openNode(name: string, pid: number, port: number): OpenNode {
  const shop = { pid, port, adminPort: port + 1, adminHost: "127.0.0.1", databaseUrl: "" };
  return { process: { name, pid } as OpenNode["process"], shop };
}

test("a node that was killed is started again as it was", () => {
  const guide = clusterGuide({
    nodes: [openNode("node-a", 11, 7070), openNode("node-b", 12, 7072)],
    natsUrl: "nats://127.0.0.1:4222",
    dataDirectory: "/data",
    lanes: 2,
    gateways: 3,
    environmentFile: "/data/environment",
    tokenFile: "/data/admin-token",
  });
  expect(guide).toContain(" kill -9 12\n");
  expect(guide).toContain(
    " npm start -- --node node-b --data /data/node-b --lanes 2 --gateways 3 --port 7072 --admin-port 7073\n",
  );
});
