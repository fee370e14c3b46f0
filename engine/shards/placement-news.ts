import { assert } from "../contract/assert.ts";
import type { Placement, ShardChange } from "../ports/placement-store.ts";

/** What has changed in the placement, for those who know an earlier version. */
export interface PlacementNews {
  /** The version that these changes make… */
  readonly version: number;
  /** …of this one, or of any in between. */
  readonly since: number;
  readonly changes: readonly ShardChange[];
}

/** The placement after the news; undefined when too much was missed to tell. */
export function withNews(
  placement: Placement,
  { version, since, changes }: PlacementNews,
): Placement | undefined {
  if (version <= placement.version) return placement;
  if (placement.version < since) return undefined;
  const shards = [...placement.shards];
  for (const { shard, node, lane, pinned } of changes) {
    assert(shard in shards, "there is such a shard", `shard ${shard}`);
    shards[shard] = { node, lane, pinned };
  }
  return { version, shards };
}
