import { expect, test } from "bun:test";
import { ClusterRig } from "./cluster-rig.ts";

/** A cluster of two nodes whose shards cost very different amounts, for two minutes. */
async function unbalanced(isSuspended: boolean): Promise<ClusterRig> {
  const rig = await ClusterRig.serving(["a", "b"]);
  if (isSuspended) await rig.execute({ type: "SuspendRebalancing" });
  for (const node of rig.living) {
    const own = rig.stored.placement.shards.flatMap((place, shard) =>
      place?.node === node.name ? shard : [],
    );
    const cpuShare = node.name === "a" ? 0.2 : 0.01;
    node.measured = own.map((shard) => ({ shard, cpuShare, appendsPerSecond: 0, mailboxLagMs: 0 }));
  }
  await rig.clock.advance(120_000);
  return rig;
}

test("loads that stay out of balance are balanced by the coordinator, step by step", async () => {
  const rig = await unbalanced(false);
  const operations = [...rig.stored.operations.values()];
  expect(operations.length).toBeGreaterThan(0);
  for (const { kind, askedBy, status } of operations)
    expect([kind, askedBy, status]).toEqual(["rebalance", "coordinator", "done"]);
  const heavy = rig.stored.placement.shards.filter((place, shard) => {
    const cost = rig.nodes[0]?.measured.some((measured) => measured.shard === shard);
    return cost === true && place?.node === "b";
  });
  // Six that cost 0.2 over four lanes: two at most in each.
  expect(heavy).toHaveLength(2);
  expect(rig.allServe()).toBe(true);
});

test("nothing is balanced while somebody has suspended it", async () => {
  const rig = await unbalanced(true);
  expect([...rig.stored.operations.values()].map(({ kind }) => kind)).toEqual(["suspend"]);
});
