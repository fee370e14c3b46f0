import type { ShardDescription } from "../../../engine/operator/cluster-description.ts";
import { formatLanePlace } from "../../../engine/routing/lane-place.ts";
import type { ShardsAnswer } from "../../admin/api/answers.ts";
import { loadText } from "./plan-text.ts";
import { suspensionText } from "./suspension-text.ts";
import { fieldTable, textTable } from "./text-table.ts";

const UNKNOWN = "-";
// A shard is a small part of a lane.
const LOAD_DIGITS = 3;

/** Lists shards by number. `access` are the options that name the cluster, with a blank in front. */
export function shardListText(
  { version, isBalancingSuspended, shards }: ShardsAnswer,
  access: string,
): string {
  const rows = shards.map((shard) => [
    `shard/${shard.shard}`,
    placeText(shard),
    loadOf(shard),
    shard.pinned ? "pinned" : "",
    moveText(shard),
  ]);
  const count = `${shards.length} shard${shards.length === 1 ? "" : "s"}`;
  const table = textTable(["SHARD", "PLACE", "LOAD", "PINNED", "MOVE"], rows);
  return `${table}${count}, table v${version}\n${suspensionText(isBalancingSuspended, access)}`;
}

/** One shard. */
export function shardText(shard: ShardDescription): string {
  const { pinned, move } = shard;
  return fieldTable([
    ["shard", String(shard.shard)],
    ["place", placeText(shard)],
    ["pinned", pinned ? "yes" : "no"],
    ["load", loadOf(shard)],
    ["move", move === null ? "none" : moveText(shard)],
  ]);
}

function placeText({ place }: ShardDescription): string {
  return place === null ? "nobody" : formatLanePlace(place);
}

function loadOf({ load }: ShardDescription): string {
  return load === null ? UNKNOWN : loadText(load, LOAD_DIGITS);
}

function moveText({ move }: ShardDescription): string {
  if (move === null) return "";
  return move.trouble === null ? move.phase : `${move.phase}: ${move.trouble}`;
}
