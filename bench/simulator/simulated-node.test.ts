import { expect, test } from "bun:test";
import { drainMicrotasks } from "bun:jsc";
import { MOVED } from "../../engine/transport/items.ts";
import { SimulatedNode } from "./simulated-node.ts";
import { World } from "./world.ts";

test("a gateway whose owners turn things away has its node look for a placement that it has missed", () => {
  const world = new World(1, []);
  const { agenda, database } = world;
  const pass = (forMs: number): void => {
    const endMs = agenda.nowMs + forMs;
    drainMicrotasks();
    while (agenda.step(endMs)) drainMicrotasks();
  };
  const node = new SimulatedNode(world, "node-a", 1, 1, () => undefined);
  void node.start();
  pass(3_000);
  const { shards, version } = database.cluster.placement;
  const missed = { version: version + 1, shards: shards.with(0, undefined) };
  database.cluster.placement = missed;
  pass(1_000);
  expect(node.cluster.agent.placement.version).toBe(version);
  node.gateway.receive([[MOVED, 0, 0]]);
  pass(1_000);
  expect(node.cluster.agent.placement).toEqual(missed);
});
