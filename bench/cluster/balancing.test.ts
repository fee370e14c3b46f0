import { expect, test } from "bun:test";
import { ClusterRig, type RigNode } from "./cluster-rig.ts";

const MINUTE_MS = 60_000;

/** The shards of a node. */
function shardsOf(rig: ClusterRig, node: string): readonly number[] {
  return rig.stored.placement.shards.flatMap((place, shard) => (place?.node === node ? shard : []));
}

/** Two nodes with twelve shards. Those of the first cost a lot, the others a little. */
async function unbalanced(): Promise<{ readonly rig: ClusterRig; readonly hot: readonly number[] }> {
  const rig = await ClusterRig.serving(["a", "b"]);
  const hot = shardsOf(rig, "a");
  for (const shard of rig.stored.placement.shards.keys())
    rig.costs.set(shard, hot.includes(shard) ? 0.2 : 0.01);
  return { rig, hot };
}

/** Starts one more node. */
async function join(rig: ClusterRig, name: string, laneCount = 2): Promise<RigNode> {
  const [node] = await Promise.all([rig.start(name, laneCount), rig.clock.advance(100)]);
  return node;
}

function kinds(rig: ClusterRig): readonly string[] {
  return [...rig.stored.operations.values()].map(({ kind }) => kind);
}

test("a node whose shards get hot gives some of them to an idle one, and nobody has asked for it", async () => {
  const { rig, hot } = await unbalanced();
  await rig.clock.advance(2 * MINUTE_MS);
  const operations = [...rig.stored.operations.values()];
  expect(operations.length).toBeGreaterThan(0);
  for (const { kind, askedBy, status } of operations)
    expect([kind, askedBy, status]).toEqual(["rebalance", "coordinator", "done"]);
  // Six that cost 0.2 over four lanes: two at most in each.
  expect(shardsOf(rig, "b").filter((shard) => hot.includes(shard))).toHaveLength(2);
  expect(rig.allServe()).toBe(true);
  const { version } = rig.stored.placement;
  await rig.clock.advance(30 * MINUTE_MS);
  expect(rig.stored.placement.version).toBe(version);
});

test("a node that joins a busy cluster gets its part, a few shards at a time", async () => {
  const rig = await ClusterRig.serving(["a", "b"], 60);
  for (let shard = 0; shard < 60; shard += 1) rig.costs.set(shard, 0.03);
  await join(rig, "c");
  await rig.clock.advance(5 * MINUTE_MS);
  for (const { kind, stepsTotal } of rig.stored.operations.values()) {
    expect(kind).toBe("rebalance");
    expect(stepsTotal).toBeLessThanOrEqual(8);
  }
  // Most of a third: the loads are even enough.
  expect(shardsOf(rig, "c").length).toBeGreaterThanOrEqual(15);
  expect(rig.allServe()).toBe(true);
});

test("a node that joins an idle cluster gets its part, too, and so does one that comes back", async () => {
  const rig = await ClusterRig.serving(["a", "b"], 60);
  const third = await join(rig, "c");
  await rig.clock.advance(5 * MINUTE_MS);
  expect(shardsOf(rig, "c").length).toBeGreaterThanOrEqual(15);
  rig.kill(third);
  await rig.until("the others have all shards", () => shardsOf(rig, "c").length === 0);
  await join(rig, "c");
  await rig.clock.advance(15 * MINUTE_MS);
  expect(shardsOf(rig, "c").length).toBeGreaterThanOrEqual(15);
  expect(rig.allServe()).toBe(true);
});

test("an idle cluster leaves its shards where they are, whatever little comes and goes", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  await rig.clock.advance(MINUTE_MS);
  const { version } = rig.stored.placement;
  for (let minute = 0; minute < 12; minute += 1) {
    for (let shard = 0; shard < 12; shard += 1) rig.costs.set(shard, shard === minute ? 0.04 : 0.001);
    await rig.clock.advance(MINUTE_MS);
  }
  expect(rig.stored.placement.version).toBe(version);
});

test("pinned shards stay, and so do those that somebody has moved, however hot their node is", async () => {
  const { rig, hot } = await unbalanced();
  const moved = hot.filter((shard) => rig.stored.placement.shards[shard]?.lane === 0);
  await rig.execute({ type: "PinShards", shards: hot.filter((shard) => !moved.includes(shard)) });
  await rig.ended(await rig.move(moved, "a", 1));
  const { shards } = rig.stored.placement;
  await rig.clock.advance(10 * MINUTE_MS);
  for (const shard of hot) expect(rig.stored.placement.shards[shard]).toEqual(shards[shard]);
});

test("a node that takes no shards gets none", async () => {
  const rig = await ClusterRig.serving(["a", "b"], 60);
  await join(rig, "c");
  await rig.execute({ type: "CordonNode", node: "c" });
  await rig.clock.advance(5 * MINUTE_MS);
  expect(shardsOf(rig, "c")).toEqual([]);
});

test("nothing is balanced while somebody has suspended it, and a new coordinator keeps to that", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  await rig.execute({ type: "SuspendRebalancing" });
  rig.kill(rig.coordinator);
  await rig.until("the others have all shards", () => rig.allServe());
  const hot = shardsOf(rig, rig.living[0]?.name ?? "");
  for (const shard of hot) rig.costs.set(shard, 0.2);
  await rig.clock.advance(3 * MINUTE_MS);
  expect(kinds(rig)).toEqual(["suspend", "failover"]);
  await rig.execute({ type: "ResumeRebalancing" });
  await rig.clock.advance(2 * MINUTE_MS);
  expect(kinds(rig)).toContain("rebalance");
});

test("balancing that is asked for goes to its end, a few shards at a time, as its dry run has shown", async () => {
  const rig = await ClusterRig.serving(["a"], 120, 1);
  await rig.execute({ type: "SuspendRebalancing" });
  for (const node of ["b", "c"]) await join(rig, node, 1);
  await rig.clock.advance(MINUTE_MS);
  const planned = await rig.ask(rig.coordinator, { type: "Plan", change: { type: "Rebalance" } });
  if (planned.type !== "Planned") throw new Error(JSON.stringify(planned));
  expect(planned.plan.moves).toHaveLength(80);
  const begun = await rig.execute({ type: "Rebalance" }, planned.plan.id);
  if (begun.type !== "Begun") throw new Error(JSON.stringify(begun));
  let togetherMax = 0;
  await rig.until("it is over", () => {
    const active = rig.coordinator.node.office?.operations.active ?? [];
    togetherMax = Math.max(
      togetherMax,
      active.reduce((sum, { move }) => sum + move.shards.length, 0),
    );
    return rig.operation(begun.operation.id).endedAtMs !== null;
  });
  expect(rig.operation(begun.operation.id)).toMatchObject({ status: "done", stepsDone: 80 });
  // Three hand-overs of eight: one has clients wait, the others read ahead.
  expect(togetherMax).toBe(24);
  expect(["a", "b", "c"].map((node) => shardsOf(rig, node).length)).toEqual([40, 40, 40]);
});

test("a plan that was shown is carried out as it was, though costs have changed, but not to a node that takes no shards by now", async () => {
  const { rig } = await unbalanced();
  await rig.execute({ type: "SuspendRebalancing" });
  await rig.clock.advance(MINUTE_MS);
  const change = { type: "Rebalance" } as const;
  const shown = async () => {
    const reply = await rig.ask(rig.coordinator, { type: "Plan", change });
    if (reply.type !== "Planned") throw new Error(JSON.stringify(reply));
    return reply.plan;
  };
  const first = await shown();
  for (const { shard } of first.moves) rig.costs.set(shard, 0.02);
  await rig.clock.advance(MINUTE_MS);
  const second = await shown();
  expect(second.id).not.toBe(first.id);
  await rig.execute({ type: "CordonNode", node: "b" });
  expect((await rig.execute(change, first.id)).type).toBe("Conflict");
  await rig.execute({ type: "UndrainNode", node: "b" });
  const begun = await rig.execute(change, first.id);
  if (begun.type !== "Begun") throw new Error(JSON.stringify(begun));
  await rig.ended(begun.operation.id);
  for (const { shard, to } of first.moves) expect(rig.stored.placement.shards[shard]).toMatchObject(to);
  expect((await rig.execute(change, second.id)).type).toBe("Conflict");
});
