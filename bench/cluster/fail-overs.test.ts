import { expect, test } from "bun:test";
import type { Operation } from "../../engine/ports/operation-store.ts";
import type { FailOverRequest, FailOverResult } from "../../engine/shards/fail-over-documents.ts";
import { ClusterRig } from "./cluster-rig.ts";

function failOvers(rig: ClusterRig): readonly Operation[] {
  return [...rig.stored.operations.values()].filter(({ kind }) => kind === "failover");
}

function requestOf({ request }: Operation): FailOverRequest {
  return request as unknown as FailOverRequest;
}

function resultOf({ result }: Operation): FailOverResult | null {
  return result as unknown as FailOverResult | null;
}

async function untilWrittenDown(rig: ClusterRig, count: number): Promise<void> {
  await rig.until(`${count} fail-overs are written down`, () => {
    const all = failOvers(rig);
    return all.length === count && all.every(({ endedAtMs }) => endedAtMs !== null);
  });
}

test("a fail-over is an operation: who gave what to whom, why, and how long until it was served", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  expect(failOvers(rig)).toEqual([]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  rig.kill(victim);
  await untilWrittenDown(rig, 1);
  expect(rig.allServe()).toBe(true);
  const [operation] = failOvers(rig) as [Operation];
  const { status, askedBy, stepsDone, stepsTotal, placementVersion } = operation;
  expect([status, askedBy, stepsDone, stepsTotal]).toEqual(["done", rig.coordinator.name, 4, 4]);
  expect(placementVersion).toBe(rig.stored.placement.version);
  const { nodes, given } = requestOf(operation);
  expect(nodes).toEqual([{ node: victim.name, cause: "silence" }]);
  expect(given.map(({ shard }) => rig.stored.placement.shards[shard]?.node)).toEqual(
    given.map(({ node }) => node),
  );
  expect(resultOf(operation)).toMatchObject({ served: 4, movedOn: 0, unserved: 0 });
  expect(resultOf(operation)?.servedAfterMs).toBeGreaterThan(0);
  expect(resultOf(operation)?.servedAfterMs).toBeLessThan(2_000);
  await rig.clock.advance(10);
  const {
    terms,
    failOvers: count,
    failedOverShards,
    failOverMs,
    nodes: seen,
  } = rig.coordinator.node.statistics;
  expect([terms, count, failedOverShards, seen]).toEqual([
    1,
    1,
    4,
    { alive: 2, suspect: 0, dead: 1, left: 0 },
  ]);
  expect(failOverMs.sum).toBe(resultOf(operation)?.servedAfterMs ?? -1);
});

test("a clock that is set back meanwhile makes a fail-over neither longer nor shorter", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  rig.kill(victim);
  await rig.until("the fail-over is begun", () => failOvers(rig).length === 1);
  rig.clock.setBack(3_600_000);
  await untilWrittenDown(rig, 1);
  const [operation] = failOvers(rig) as [Operation];
  expect(resultOf(operation)?.servedAfterMs).toBeGreaterThan(0);
  expect(resultOf(operation)?.servedAfterMs).toBeLessThan(2_000);
});

test("a node without its database is told from one that is silent", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  victim.databaseReachable = false;
  await untilWrittenDown(rig, 1);
  expect(failOvers(rig).map((each) => requestOf(each).nodes)).toEqual([
    [{ node: victim.name, cause: "databaseAway" }],
  ]);
});

test("the next coordinator ends what the one before has begun to write down", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const { coordinator } = rig;
  const victim = rig.living.find((node) => node !== coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  rig.kill(victim);
  await rig.until("the fail-over is begun", () => failOvers(rig).some(({ status }) => status === "running"));
  rig.kill(coordinator);
  await untilWrittenDown(rig, 2);
  expect(rig.allServe()).toBe(true);
  const [first, second] = failOvers(rig) as [Operation, Operation];
  expect([first.askedBy, second.askedBy]).toEqual([coordinator.name, rig.coordinator.name]);
  // What the first had given to itself was given on.
  expect([first.status, resultOf(first)?.unserved]).toEqual(["partly", 0]);
  expect(resultOf(first)?.movedOn).toBeGreaterThan(0);
  expect(second.status).toBe("done");
});

test("the next coordinator writes down what the one before has done and not begun to write down", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const { coordinator } = rig;
  const victim = rig.living.find((node) => node !== coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  rig.kill(victim);
  const isTaken = (): boolean =>
    rig.stored.placement.shards.every((place) => place !== undefined && place.node !== victim.name);
  await rig.until("its shards are given away", isTaken);
  expect(failOvers(rig)).toEqual([]);
  rig.kill(coordinator);
  await untilWrittenDown(rig, 2);
  const records = failOvers(rig).map((each) => [
    requestOf(each).nodes[0]?.node,
    requestOf(each).given.length,
  ]);
  expect(records).toContainEqual([victim.name, 4]);
  // Once, whoever coordinates later.
  rig.stored.breakLock();
  await rig.clock.advance(10_000);
  expect(failOvers(rig)).toHaveLength(2);
});

test("shards that nobody gets to serve keep no record open for ever", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const [victim, other] = rig.living.filter((node) => node !== rig.coordinator);
  if (victim === undefined || other === undefined) throw new Error("there are three nodes");
  for (const { threads } of rig.living) threads.adopt = () => Promise.reject(new Error("cannot be read"));
  rig.kill(victim);
  await rig.until("the fail-over is begun", () => failOvers(rig).length === 1);
  await rig.clock.advance(70_000);
  const [operation] = failOvers(rig) as [Operation];
  expect(operation.status).toBe("partly");
  expect(resultOf(operation)).toMatchObject({ served: 0, unserved: 4, servedAfterMs: null });
});

test("shards that nobody serves, and no node takes since all that live are cordoned, are told of once", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const [victim, open] = rig.living.filter((node) => node !== rig.coordinator);
  if (victim === undefined || open === undefined) throw new Error("there are three nodes");
  for (const { name } of rig.living) await rig.execute({ type: "CordonNode", node: name });
  rig.kill(victim);
  await rig.clock.advance(20_000);
  const told = rig.log.warnings.filter((warning) => warning.startsWith("shards that nobody serves stay so"));
  expect([told.length, failOvers(rig)]).toEqual([1, []]);
  await rig.execute({ type: "UndrainNode", node: open.name });
  await untilWrittenDown(rig, 1);
  expect(rig.allServe()).toBe(true);
});

test("a fail-over cannot be cancelled", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  rig.kill(victim);
  await rig.until("the fail-over is begun", () => failOvers(rig).length === 1);
  const [{ id: operation }] = failOvers(rig) as [Operation];
  const reply = await rig.ask(rig.coordinator, { type: "Cancel", operation, askedBy: "anna" });
  expect(reply.type).toBe("Nothing");
  await untilWrittenDown(rig, 1);
  expect(failOvers(rig)[0]?.status).toBe("done");
});
