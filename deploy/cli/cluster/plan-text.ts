import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import type { ClusterPlan } from "../../../engine/operator/cluster-plan.ts";
import { formatLanePlace } from "../../../engine/routing/lane-place.ts";
import { plannedState } from "../../../engine/shards/move-progress.ts";
import type { LoadChange, PlannedMove, SkippedShard } from "../../../engine/shards/plan.ts";
import { programName } from "./program-name.ts";
import { shardsText } from "./shard-numbers.ts";
import { columns } from "./text-table.ts";

/**
 * Writes a plan for people: what it does in one line, then each shard, then what to do with it. `access` are the options that
 * name the cluster, with a blank in front.
 */
export function planText(plan: ClusterPlan, access: string): string {
  const { id, version, change, moves, skipped, prechecks, nothing } = plan;
  const lines = [
    `PLAN ${id}  table v${version}   ${wish(change)}${extent(plan)}`,
    ...columns([...moves.map(moveRow), ...skipped.map(skipRow)]),
    ...prechecks.map(({ code, detail }) => `REFUSED ${code}: ${detail}`),
  ];
  if (nothing !== null) lines.push(`nothing to do: ${nothing}`);
  else if (prechecks.length === 0)
    lines.push(`carry out with: ${programName()} ${commandOf(change)} --plan ${id}${access}`);
  return `${lines.join("\n")}\n`;
}

/** Writes a load with so many digits behind the point, and nothing in front of it where that is a zero. */
export function loadText(load: number, digits = 2): string {
  return load.toFixed(digits).replace(/^0/, "");
}

/** What a change is, in a few words. */
function wish(change: ClusterChange): string {
  switch (change.type) {
    case "MoveShards":
      return `move ${shardsText(change.shards)} to ${targetText(change)}`;
    case "PinShards":
      return `pin ${shardsText(change.shards)}`;
    case "UnpinShards":
      return `unpin ${shardsText(change.shards)}`;
    case "Rebalance":
      return "rebalance";
    case "CordonNode":
      return `cordon ${change.node}`;
    case "DrainNode":
      return `drain ${change.node}`;
    case "UndrainNode":
      return `undrain ${change.node}`;
    case "SuspendRebalancing":
      return "suspend rebalancing";
    case "ResumeRebalancing":
      return "resume rebalancing";
  }
}

function commandOf(change: ClusterChange): string {
  switch (change.type) {
    case "MoveShards":
      return `shards move ${shardsText(change.shards)} --to ${targetText(change)}`;
    case "CordonNode":
    case "DrainNode":
    case "UndrainNode":
      return `nodes ${wish(change)}`;
    case "PinShards":
    case "UnpinShards":
    case "Rebalance":
      return `shards ${wish(change)}`;
    case "SuspendRebalancing":
      return "shards rebalance suspend";
    case "ResumeRebalancing":
      return "shards rebalance resume";
  }
}

/** Only a change that moves shards has one. */
function extent({
  change,
  moves,
  skipped,
  prechecks,
  nothing,
  shardsAtOnceMax,
  pauseMs,
}: ClusterPlan): string {
  const isMove = ["MoveShards", "DrainNode", "Rebalance"].includes(change.type);
  if (!isMove || (prechecks.length > 0 && moves.length === 0)) return "";
  const count = moves.length;
  if (count === 0) return nothing === null ? ": no shard moves" : "";
  const all = count + plannedState({ moves, skipped }).left.length;
  const shards = all === count ? `${count} shard${count === 1 ? "" : "s"}` : `${count} of ${all} shards`;
  const atOnce = count === 1 ? "" : `, ${Math.min(count, shardsAtOnceMax)} at a time`;
  const pause = pauseMs === null ? "" : `, pause about ${Math.ceil(pauseMs)} ms${count === 1 ? "" : " each"}`;
  return `: ${shards}${atOnce}${pause}`;
}

function moveRow({ shard, from, to, reason, source, target }: PlannedMove): readonly string[] {
  return [
    `shard/${shard}`,
    `${placeText(from)} -> ${formatLanePlace(to)}`,
    reason,
    loadChange(source ?? target),
  ];
}

function skipRow({ shard, at, reason }: SkippedShard): readonly string[] {
  return [`shard/${shard}`, `${placeText(at)} -> SKIP`, reason];
}

function loadChange({ before, after }: LoadChange): string {
  return `load ${loadText(before)} -> ${loadText(after)}`;
}

function placeText(place: PlannedMove["from"]): string {
  return place === undefined ? "nobody" : formatLanePlace(place);
}

/** Where shards are to go, as `--to` reads it. */
export function targetText({ node, lane }: Extract<ClusterChange, { readonly type: "MoveShards" }>): string {
  return lane === null ? node : formatLanePlace({ node, lane });
}
