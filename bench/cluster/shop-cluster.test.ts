import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { ShopCluster } from "./shop-cluster.ts";

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
