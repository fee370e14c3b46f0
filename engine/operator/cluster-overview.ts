import type { Placement } from "../ports/placement-store.ts";
import type { ClusterMembers } from "../shards/cluster-members.ts";
import type { HandOverRun } from "../shards/hand-over-run.ts";
import type { NodeDescription, ShardDescription } from "./cluster-description.ts";

/** All shards, by number. */
export function describeShards(
  { shards }: Placement,
  costs: readonly number[],
  active: readonly HandOverRun[],
): readonly ShardDescription[] {
  return Array.from(shards, (place, shard) => {
    const handOver = active.find(({ move }) => move.shards.includes(shard));
    return {
      shard,
      place: place === undefined ? null : { node: place.node, lane: place.lane },
      pinned: place?.pinned ?? false,
      load: costs[shard] ?? null,
      move: handOver === undefined ? null : { phase: handOver.phase, trouble: handOver.trouble ?? null },
    };
  });
}

/** All nodes that are remembered, by name: one that has no shards is forgotten some time after it was last heard. */
export function describeNodes({ shards }: Placement, members: ClusterMembers): readonly NodeDescription[] {
  const byName = new Map(members.members.map((member) => [member.node, member]));
  return [...members.records.values()].map(({ node, cordoned, draining, lanes }) => ({
    node,
    state: byName.get(node)?.state ?? "away",
    cause: byName.get(node)?.cause ?? null,
    cordoned,
    draining,
    lanes,
    laneLoads: byName.get(node)?.heartbeat?.loads ?? Array.from({ length: lanes }, () => null),
    release: byName.get(node)?.heartbeat?.release ?? null,
    expectedShards: shards.filter((place) => place?.node === node).length,
    servingShards: members.shardsOf(node)?.serving ?? null,
  }));
}
