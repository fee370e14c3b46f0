import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { NatsServer } from "../../engine/transport/nats/nats-server.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { ShopProcess, type ShopProcessOptions } from "../crash/shop-process.ts";
import { CLUSTER_SECRET, ShopCluster } from "./shop-cluster.ts";

/** Ids of the processes whose command line has this text. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(text);
    } catch {
      // It has just ended.
      return false;
    }
  });
}

test("a cluster one of whose nodes does not start leaves no other node behind", async () => {
  const name = `node-${crypto.randomUUID()}`;
  const plans = [
    { name, lanes: 1 },
    { name: "No Name", lanes: 1 },
  ];
  await expect(ShopCluster.start(plans)).rejects.toThrow("--node has 1–63 lower-case letters");
  expect(processesWith(name)).toEqual([]);
}, 60_000);

test("a node with another secret does not start, and one on another NATS wants no shoppers and says why", async () => {
  const cluster = await ShopCluster.start([{ name: "node-a", lanes: 1 }]);
  const elsewhere = await NatsServer.start();
  const start = (node: string, natsUrl: string, secret: string): Promise<ShopProcess> => {
    const shared = { databaseUrl: cluster.databaseUrl, secret };
    const dataDirectory = cluster.dataDirectory(node);
    const options: ShopProcessOptions = {
      dataDirectory,
      lanes: 1,
      port: 0,
      shared,
      cluster: { natsUrl, node },
    };
    return ShopProcess.start(options);
  };
  let stranger: ShopProcess | undefined;
  try {
    const another = CLUSTER_SECRET.toUpperCase();
    await expect(start("node-b", cluster.nats.url, another)).rejects.toThrow(
      "STAMPEDE_SECRET: the node node-a of the cluster runs with another one",
    );
    stranger = await start("node-c", elsewhere.url, CLUSTER_SECRET);
    const ready = `http://127.0.0.1:${stranger.adminPort}/readyz`;
    await eventually("the stranger is not ready", async () => {
      const response = await fetch(ready);
      return response.status === 503 && (await response.text()).includes("bus failed none of the nodes");
    });
  } finally {
    await stranger?.kill();
    await cluster.close();
    await elsewhere.stop();
  }
}, 90_000);
