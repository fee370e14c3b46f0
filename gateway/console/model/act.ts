import type { ConsoleChange, SellingChoice } from "../../protocol/console-act.ts";
import type { ConsoleOperation } from "../../protocol/console-line.ts";

/** What an operator has begun to ask for. */
export type Act = SellingAct | ClusterAct | CancelAct;

/** Selling is to stop or to go on. */
export interface SellingAct {
  readonly type: "selling";
  readonly action: "pause" | "resume";
  /** Null: it is to be chosen. */
  readonly choice: SellingChoice | null;
}

/** The cluster is to change. */
export interface ClusterAct {
  readonly type: "cluster";
  readonly change: ConsoleChange;
}

/** An operation is to end. */
export interface CancelAct {
  readonly type: "cancel";
  readonly operation: ConsoleOperation;
}

/** What has to be known before it can be looked at what an act does. */
export interface ActDetails {
  /** Of selling. */
  readonly choice: SellingChoice | null;
  /** Why; empty for no reason. */
  readonly reason: string;
  /** Who asks, as it is kept with what is done. */
  readonly askedBy: string;
}

/** What an act would do, for people; nothing has been done. */
export interface ShownPlan {
  readonly sentences: readonly string[];
  /** What it would do one by one, as far as it is told. */
  readonly items: readonly string[];
  /** What the button says that has it done; null: there is nothing to do, or it is refused. */
  readonly confirm: string | null;
  /** What was shown, where nothing else is to be done than that. */
  readonly planId: string | null;
}

/** What has come of an act, for people. `partly`: some of it is not known to be done; `unknown`: nobody has said it to the end. */
export interface Outcome {
  readonly result: "done" | "begun" | "partly" | "refused" | "unknown";
  readonly sentences: readonly string[];
  readonly items: readonly string[];
  /** The operation that goes on. */
  readonly operation: string | null;
}

/** The name of an act. */
export function titleOf(act: Act): string {
  if (act.type === "selling") return act.action === "pause" ? "Pause selling" : "Resume selling";
  if (act.type === "cancel") return `Cancel the ${act.operation.kind}`;
  const { change } = act;
  switch (change.type) {
    case "CordonNode":
      return `Cordon ${change.node}`;
    case "DrainNode":
      return `Drain ${change.node}`;
    case "UndrainNode":
      return `Undrain ${change.node}`;
    case "SuspendRebalancing":
      return "Suspend balancing";
    case "ResumeRebalancing":
      return "Resume balancing";
  }
}

/** Whether nothing more has to be told: it can be looked at what the act does. */
export function isComplete(act: Act, { choice, reason, askedBy }: ActDetails): boolean {
  if (askedBy.trim() === "") return false;
  if (act.type !== "selling") return true;
  if (choice === null || (choice.type === "skus" && choice.skus.length === 0)) return false;
  return act.action === "resume" || reason.trim() !== "";
}
