import { expect, test } from "bun:test";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { readConfig } from "../config.ts";
import { ClusterPart } from "./cluster-part.ts";

test("a shop that is alone is a cluster of one; it wants no shoppers from when it is about to end", async () => {
  const failures: Error[] = [];
  const part = new ClusterPart(readConfig({}, {}), new CollectingLog(), (error) => failures.push(error));
  expect([part.name, part.trouble]).toEqual(["shop", undefined]);
  expect(part.operator).toBeUndefined();
  part.announceEnd();
  expect(part.trouble).toBe("the node is leaving");
  await part.leave(0);
  await part.close();
  expect(failures).toEqual([]);
});
