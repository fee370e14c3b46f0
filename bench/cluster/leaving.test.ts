import { expect, test } from "bun:test";
import { ClusterRig, type RigNode } from "./cluster-rig.ts";

// Nothing is asked before the others have heard that a node ends.
const NO_TIME_MS = 600;

/** Shards that a node has by the placement, and those of them that it serves. */
function shardsOf({ stored }: ClusterRig, { name, threads }: RigNode) {
  const { shards } = stored.placement;
  const expected = [...shards.keys()].filter((shard) => shards[shard]?.node === name);
  return { expected, serving: expected.filter((shard) => threads.servingAt(shard).length > 0) };
}

/** Has a node leave without the time to give a shard away. */
async function leaveInHaste(rig: ClusterRig, { node }: RigNode): Promise<void> {
  const [hasLeft] = await Promise.all([node.leave(NO_TIME_MS), rig.clock.advance(NO_TIME_MS + 100)]);
  expect(hasLeft).toBe(false);
}

test.each(["the coordinator", "another node"])(
  "%s lets go of what it had no time to give away, and others take it within a second, before it is stopped",
  async (which) => {
    const rig = await ClusterRig.serving(["a", "b", "c"]);
    const isLeaving = (node: RigNode): boolean =>
      (node === rig.coordinator) === (which === "the coordinator");
    const leaving = rig.living.find(isLeaving) as RigNode;
    const had = shardsOf(rig, leaving).expected;
    const isServed = (): boolean => had.some((shard) => leaving.threads.servingAt(shard).length > 0);
    await leaveInHaste(rig, leaving);
    expect(isServed()).toBe(false);
    await rig.until("the others have its shards", () => shardsOf(rig, leaving).expected.length === 0, 1_000);
    // What reaches it meanwhile is sent on: it takes nothing back.
    await rig.clock.advance(1_000);
    expect(isServed()).toBe(false);
    await Promise.all([leaving.node.stop(), rig.clock.advance(100)]);
    rig.kill(leaving);
    await rig.until("the others serve all shards", () => rig.allServe(), 100);
    expect(rig.owners.fenced).toEqual([]);
  },
);

test("a node whose shards nobody will take serves them to its end", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const [leaving, other] = [rig.node("a"), rig.node("b")];
  const had = shardsOf(rig, leaving).expected;
  other.node.announceEnd();
  await leaveInHaste(rig, leaving);
  expect(shardsOf(rig, leaving)).toEqual({ expected: had, serving: had });
});
