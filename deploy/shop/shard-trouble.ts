import type { NodeShards } from "../../engine/shards/sign-of-life.ts";

/**
 * Why a node should get no shoppers for the sake of its shards; undefined when it may.
 *
 * Shards that are on their way are waited for. One that cannot be read is out of reach by every node alike: to send nobody to this one
 * would turn a damaged shard into a closed shop. A node that serves less than half of its shards is at fault itself, such as one of a release
 * that cannot read them: an upgrade goes no further than to it.
 */
export function shardTrouble({ serving, expected }: NodeShards, unreadable: number): string | undefined {
  const isComing = serving + unreadable < expected;
  const isAtFault = serving * 2 < expected;
  return isComing || isAtFault ? `${serving} of ${expected} shards are served` : undefined;
}
