// No shop has more shards than this.
const SHARDS_MAX = 65_536;

/** Names a pair of shards in maps. */
export function pairName(fromShard: number, toShard: number): number {
  return fromShard * SHARDS_MAX + toShard;
}

/** The second shard of a pair. */
export function receiverOf(pair: number): number {
  return pair % SHARDS_MAX;
}
