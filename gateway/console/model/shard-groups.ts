import type { ConsoleShard } from "../../protocol/console-line.ts";

/** A shard and its number. */
export interface NumberedShard extends ConsoleShard {
  readonly shard: number;
}

/** The shards of one lane; `node` null: of nobody. */
export interface ShardGroup {
  readonly name: string;
  readonly shards: readonly NumberedShard[];
}

const HUNDRED = 100;
const LOAD_STEPS = [0.005, 0.02, 0.06];

/** The shards by the lane that has them, by node and lane; those of nobody first. */
export function shardGroups(shards: readonly ConsoleShard[]): readonly ShardGroup[] {
  const groups = new Map<string, { readonly order: string; readonly shards: NumberedShard[] }>();
  for (const [shard, each] of shards.entries()) {
    const name = each.node === null ? "of no node" : `${each.node} lane ${each.lane}`;
    const order = each.node === null ? "" : `${each.node} ${String(each.lane).padStart(4, "0")}`;
    const group = groups.get(name) ?? { order, shards: [] };
    group.shards.push({ ...each, shard });
    groups.set(name, group);
  }
  return [...groups]
    .toSorted(([, one], [, other]) => one.order.localeCompare(other.order))
    .map(([name, group]) => ({ name, shards: group.shards }));
}

/** How busy a shard is, in four steps from 0. */
export function loadStep({ load }: Pick<ConsoleShard, "load">): number {
  return LOAD_STEPS.filter((step) => (load ?? 0) >= step).length;
}

/** All that is known of a shard, in words. */
export function shardText({ shard, node, lane, pinned, load, move }: NumberedShard): string {
  const parts = [
    node === null ? "belongs to no node" : `${node} lane ${lane}`,
    load === null ? "load not measured" : `${Math.round(load * HUNDRED * 10) / 10} % of a core`,
    ...(pinned ? ["pinned"] : []),
    ...(move === null
      ? []
      : [`moves (${move.phase})${move.trouble === null ? "" : `, held up: ${move.trouble}`}`]),
  ];
  return `Shard ${shard}: ${parts.join(", ")}`;
}
