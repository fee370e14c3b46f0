import type { ConsoleChange, ConsoleExecution, ConsolePlan } from "../../protocol/console-act.ts";
import type { CancelAct, Outcome, ShownPlan } from "./act.ts";
import { countedText, durationText } from "./numbers.ts";

const ITEMS_MAX = 20;
const ID_SHOWN = 8;

/** What each change means, in a sentence. */
const MEANINGS: Readonly<Record<ConsoleChange["type"], string>> = {
  CordonNode: "The node keeps its shards, and gets no further ones.",
  DrainNode: "The node gives its shards to others, and gets no further ones.",
  UndrainNode: "The node gets shards again.",
  SuspendRebalancing: "No shard moves to even loads out, until somebody resumes that. Fail-over goes on.",
  ResumeRebalancing: "Shards move again where that evens loads out.",
};

/** What a change of the cluster would do. `title` is the name of the act. */
export function clusterPlanText(title: string, change: ConsoleChange, plan: ConsolePlan): ShownPlan {
  const { id, prechecks, moves, skipped, nothing, pauseMs } = plan;
  if (prechecks.length > 0)
    return {
      sentences: ["This would be refused:", ...prechecks.map(({ detail }) => detail)],
      items: [],
      confirm: null,
      planId: null,
    };
  if (nothing !== null)
    return { sentences: [`Nothing to do: ${nothing}`], items: [], confirm: null, planId: null };
  const waits = pauseMs === null ? "" : `, each of which waits about ${durationText(Math.ceil(pauseMs))}`;
  const sentences = [MEANINGS[change.type]];
  const isDrain = change.type === "DrainNode";
  if (isDrain) sentences.push(`${countedText(moves.length, "shard")} would move${waits}.`);
  if (skipped.length > 0) sentences.push(`${countedText(skipped.length, "shard")} would stay.`);
  const items = [
    ...skipped.map(({ shard, reason }) => `Shard ${shard} stays: ${reason}`),
    ...movesByNode(moves),
  ];
  return {
    sentences,
    items: items.slice(0, ITEMS_MAX),
    confirm: isDrain ? `${title}: move ${countedText(moves.length, "shard")}` : title,
    // What moves nothing is the same whatever moves meanwhile.
    planId: isDrain ? id : null,
  };
}

/** What the end of an operation means. */
export function cancelPlanText({ operation }: CancelAct): ShownPlan {
  const { kind, stepsDone, stepsTotal, askedBy } = operation;
  return {
    sentences: [
      `${stepsDone} of ${countedText(stepsTotal, "step")} of the ${kind} that ${askedBy} has asked for are over, and stay.`,
      "Moves that have begun are undone, and no further one begins.",
    ],
    items: [],
    confirm: `Cancel the ${kind}`,
    planId: null,
  };
}

/** What has come of a change of the cluster, as far as it is known at once. */
export function clusterOutcome(change: ConsoleChange, { operation, detail }: ConsoleExecution): Outcome {
  if (operation === null) return over("done", `There was nothing to do: ${detail ?? "it is so already."}`);
  const { id, status } = operation;
  const name = nameOf(id);
  if (!isOver(status) && change.type === "DrainNode") return begun(`It has begun as ${name}.`, id);
  // A suspension is in force for as long as its operation goes on.
  if (status === "done" || !isOver(status)) return over("done", `It is in force, as ${name}.`);
  return over(status === "partly" ? "partly" : "refused", `It is ${status}: ${name}.`);
}

/** What has come of the end of an operation that was asked for. */
export function cancelOutcome({ operation, detail }: ConsoleExecution): Outcome {
  if (operation === null) return over("done", detail ?? "It was over already.");
  const { id, status } = operation;
  const name = nameOf(id);
  if (!isOver(status)) return begun(`Moves of ${name} that have begun are being undone.`, id);
  return over(
    "done",
    status === "cancelled" ? `Cancelled: ${name}.` : `It was over already, ${status}: ${name}.`,
  );
}

function begun(sentence: string, operation: string): Outcome {
  return { result: "begun", sentences: [sentence], items: [], operation };
}

function over(result: Outcome["result"], sentence: string): Outcome {
  return { result, sentences: [sentence], items: [], operation: null };
}

function isOver(status: string): boolean {
  return status !== "waiting" && status !== "running";
}

function nameOf(id: string): string {
  return `operation ${id.slice(-ID_SHOWN)}`;
}

/** How many shards go where. */
function movesByNode(moves: ConsolePlan["moves"]): readonly string[] {
  return Array.from(
    Map.groupBy(moves, ({ to }) => to.node),
    ([node, to]) => `${countedText(to.length, "shard")} to ${node}`,
  );
}
