import { expect, test } from "bun:test";
import type { OperationState } from "../../engine/shards/move-progress.ts";
import { ClusterRig } from "./cluster-rig.ts";

/** A node that does not coordinate, and its shards. */
async function setUp(shardCount: number) {
  const rig = await ClusterRig.serving(["a", "b", "c"], shardCount);
  const node = rig.living.find((each) => each !== rig.coordinator)?.name ?? "";
  const shards = [...rig.stored.placement.shards.keys()].filter(
    (shard) => rig.stored.placement.shards[shard]?.node === node,
  );
  return { rig, node, shards };
}

test("a shard that is pinned or unpinned while it moves stays where the move has brought it", async () => {
  for (let afterMs = 0; afterMs < 20; afterMs += 1) {
    const { rig, node, shards } = await setUp(6);
    const [shard = 0] = shards;
    const target = rig.living.find(({ name }) => name !== node)?.name ?? "";
    const id = await rig.move([shard], target);
    await rig.clock.advance(afterMs);
    await rig.execute({ type: "PinShards", shards: [shard] });
    expect((await rig.ended(id)).status).toBe("done");
    expect(rig.stored.placement.shards[shard]).toMatchObject({ node: target, pinned: true });
    const moved = rig.stored.changes.filter(({ moved: [first] }) => first?.to.node !== first?.from?.node);
    // The first one gave all shards to somebody.
    expect(moved.slice(1).map(({ reason }) => reason)).toEqual(["asked"]);
    await rig.until("all shards serve", () => rig.allServe());
  }
});

test("shards that are asked to be where they are already are pinned there, as those that move are", async () => {
  const { rig, node, shards } = await setUp(12);
  const [there = 0] = shards;
  const elsewhere = [...rig.stored.placement.shards.keys()].find((shard) => !shards.includes(shard)) ?? 0;
  for (const asked of [[there], [there, elsewhere]]) {
    const change = { type: "MoveShards", shards: asked, node, lane: null } as const;
    const planned = await rig.ask(rig.coordinator, { type: "Plan", change });
    const reason = asked.length === 1 ? "PINNED_IN_PLACE" : "SAME_PLACE";
    expect(planned).toMatchObject({ plan: { prechecks: [], skipped: [{ shard: there, reason }] } });
    const { status } = await rig.ended(await rig.move(asked, node, null));
    expect(status).toBe("done");
    for (const shard of asked)
      expect(rig.stored.placement.shards[shard]).toMatchObject({ node, pinned: true });
  }
});

test("a shard that is pinned while a drain goes on stays if its turn has not come, and is pinned where it is", async () => {
  const { rig, node, shards } = await setUp(120);
  const drain = await rig.execute({ type: "DrainNode", node });
  if (drain.type !== "Begun") throw new Error("not begun");
  const pinned = shards.filter((_, index) => index % 8 === 0);
  await rig.execute({ type: "PinShards", shards: pinned });
  const operation = await rig.ended(drain.operation.id);
  for (const shard of pinned) expect(rig.stored.placement.shards[shard]?.pinned).toBe(true);
  const { moves } = operation.state as unknown as OperationState;
  const stayed = moves.filter(({ status }) => status === "skipped");
  expect(stayed.length).toBeGreaterThan(0);
  for (const { shard, trouble } of stayed) {
    expect([trouble, pinned.includes(shard)]).toEqual(["it has been pinned in the meantime", true]);
    expect(rig.stored.placement.shards[shard]?.node).toBe(node);
  }
  expect(operation.status).toBe("partly");
  await rig.until("all shards serve", () => rig.allServe());
});
