import type { NodeDescription, ShardDescription } from "../../../engine/operator/cluster-description.ts";
import type { NodesAnswer } from "../../admin/api/answers.ts";
import { causeText } from "./cause-text.ts";
import { loadText } from "./plan-text.ts";
import { programName } from "./program-name.ts";
import { CUT, shortShardsText } from "./shard-numbers.ts";
import { suspensionText } from "./suspension-text.ts";
import { fieldTable, textTable } from "./text-table.ts";

const UNKNOWN = "-";
// What the other columns leave of 80.
const SHARDS_LENGTH_MAX = 39;

/** One node with its shards. */
export interface NodeWithShards {
  readonly node: NodeDescription;
  readonly shards: readonly ShardDescription[];
}

/** Lists nodes by name. `access` are the options that name the cluster, with a blank in front. */
export function nodeListText(
  { coordinator, isBalancingSuspended, nodes }: NodesAnswer,
  access: string,
): string {
  const rows = nodes.map((node) => [
    node.node,
    stateText(node),
    String(node.lanes),
    servingText(node),
    node.release ?? UNKNOWN,
    [...(node.node === coordinator ? ["coordinator"] : []), ...notesOf(node)].join(", "),
  ]);
  const table = textTable(["NODE", "STATE", "LANES", "SERVING", "RELEASE", "NOTES"], rows);
  return `${table}${suspensionText(isBalancingSuspended, access)}`;
}

/** One node, and what its lanes have. `access` as above. */
export function nodeText({ node, shards }: NodeWithShards, access: string): string {
  const notes = notesOf(node);
  const fields = fieldTable([
    ["node", node.node],
    ["state", stateText(node)],
    ["notes", notes.length === 0 ? "none" : notes.join(", ")],
    ["serving", `${servingText(node)} shards`],
    ["release", node.release ?? UNKNOWN],
  ]);
  const rows = Array.from({ length: node.lanes }, (_, lane) =>
    laneRow(lane, node.laneLoads[lane] ?? null, shards),
  );
  const lanes = textTable(["LANE", "CPU", "LOAD", "COUNT", "PINNED", "SHARDS"], rows);
  const more = rows.some((row) => row.at(-1)?.endsWith(CUT))
    ? `all: ${programName()} shards list --node ${node.node}${access}\n`
    : "";
  return `${fields}\n${lanes}${more}`;
}

function laneRow(lane: number, cpu: number | null, shards: readonly ShardDescription[]): readonly string[] {
  const own = shards.filter(({ place }) => place?.lane === lane);
  const loads = own.flatMap(({ load }) => load ?? []);
  const load = loads.length === 0 ? UNKNOWN : loadText(loads.reduce((sum, each) => sum + each, 0));
  const pinned = own.filter((shard) => shard.pinned).length;
  return [
    `lane-${lane}`,
    cpu === null ? UNKNOWN : loadText(cpu),
    load,
    String(own.length),
    String(pinned),
    own.length === 0
      ? UNKNOWN
      : shortShardsText(
          own.map(({ shard }) => shard),
          SHARDS_LENGTH_MAX,
        ),
  ];
}

/** Why it is so only where something is wrong. */
function stateText({ state, cause }: NodeDescription): string {
  const isWell = state === "alive" && cause === "beat";
  return isWell || cause === null || state === "left" ? state : `${state} (${causeText(cause)})`;
}

/** What operators have decided about it; draining says that it takes no shards, too. */
function notesOf({ cordoned, draining }: NodeDescription): readonly string[] {
  if (draining) return ["draining"];
  return cordoned ? ["cordoned"] : [];
}

function servingText({ servingShards, expectedShards }: NodeDescription): string {
  return `${servingShards ?? UNKNOWN}/${expectedShards}`;
}
