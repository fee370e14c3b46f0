import { InvalidArgumentError } from "commander";
import { SHARD_MAX, SHARDS_NAMED_MAX } from "../../admin/api/admin-limits.ts";

/** Ends numbers that are not all of them. */
export const CUT = "…";

const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** Parses `3,5-9`: numbers and ranges of shards. Returns each of them once, ascending. */
export function shardNumbers(text: string): readonly number[] {
  const shards = new Set<number>();
  for (const part of text.split(",")) {
    const [, first = "", last = first] = RANGE.exec(part.trim()) ?? [];
    const [from, to] = [Number(first || Number.NaN), Number(last || Number.NaN)];
    if (!(from <= to && to <= SHARD_MAX))
      throw new InvalidArgumentError(`It must be numbers and ranges of shards, such as 3,5-9.`);
    for (let shard = from; shard <= to; shard += 1) shards.add(shard);
  }
  if (shards.size > SHARDS_NAMED_MAX)
    throw new InvalidArgumentError(`It must be at most ${SHARDS_NAMED_MAX} shards.`);
  return [...shards].toSorted((one, other) => one - other);
}

/** Writes numbers of shards as {@link shardNumbers} reads them. */
export function shardsText(shards: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const shard of shards.toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last !== undefined && shard <= last[1] + 1) last[1] = shard;
    else ranges.push([shard, shard]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** The same, cut after a comma where it is longer. */
export function shortShardsText(shards: readonly number[], lengthMax: number): string {
  const text = shardsText(shards);
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, text.lastIndexOf(",", lengthMax - CUT.length - 1) + 1)}${CUT}`;
}
