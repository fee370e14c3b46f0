import { signal, type ReadonlySignal } from "@preact/signals";
import type { SalesAnswer, SellingChange } from "../../protocol/console-act.ts";
import {
  isComplete,
  titleOf,
  type Act,
  type ActDetails,
  type Outcome,
  type ShownPlan,
} from "../model/act.ts";
import { cancelOutcome, cancelPlanText, clusterOutcome, clusterPlanText } from "../model/cluster-text.ts";
import { sellingOutcome, sellingPlanText } from "../model/selling-text.ts";
import { Refused, type AdminRequests } from "./admin-requests.ts";
import type { TokenPlace } from "./console-state.ts";
import { newId } from "./new-id.ts";

const NAME = "stampede-operator";
const UNAUTHENTICATED = 401;

/** How far somebody is with something that they want done. */
export type ActStage =
  /** What is wanted, why, and by whom is asked; `trouble`: why it could not be looked at. */
  | { readonly type: "asking"; readonly trouble: string | null }
  /** It is looked at what would happen. */
  | { readonly type: "planning" }
  | { readonly type: "planned"; readonly plan: ShownPlan }
  /** It is done; `progress`: how much of it, where that is told. */
  | { readonly type: "acting"; readonly progress: { readonly ended: number; readonly all: number } | null }
  | { readonly type: "ended"; readonly outcome: Outcome };

/** Something that somebody wants done: what, the details so far, and how far it is. */
export interface OpenAct {
  readonly act: Act;
  readonly details: ActDetails;
  readonly stage: ActStage;
}

/**
 * One act at a time: first its plan is shown, then it is done as often as it is confirmed, which is once. Each plan that is shown has a
 * key of its own, so that what reaches the shop twice has one effect.
 */
export class ActState {
  readonly #requests: AdminRequests;
  readonly #place: TokenPlace;
  readonly #lock: () => void;
  readonly #open = signal<OpenAct | null>(null);
  readonly #sales = signal<SalesAnswer | null>(null);
  #key = "";

  /** `lock` is called when the token is not that of the cluster any more. */
  constructor(requests: AdminRequests, place: TokenPlace, lock: () => void) {
    this.#requests = requests;
    this.#place = place;
    this.#lock = lock;
  }

  /** Null while nothing is wanted. */
  get open(): ReadonlySignal<OpenAct | null> {
    return this.#open;
  }

  /** What can be paused; null before it is known. */
  get sales(): ReadonlySignal<SalesAnswer | null> {
    return this.#sales;
  }

  /** Begins an act. What needs no further details is looked at straight away. */
  begin(act: Act): void {
    const choice = act.type === "selling" ? act.choice : null;
    const details = { choice, reason: "", askedBy: this.#place.getItem(NAME) ?? "" };
    this.#open.value = { act, details, stage: { type: "asking", trouble: null } };
    const isToBeChosen = act.type === "selling" && act.choice === null;
    if (isToBeChosen) void this.#lookAtSales();
    else if (isComplete(act, details)) void this.look(details);
  }

  /** Looks what would happen. Nothing is changed. */
  async look(details: ActDetails): Promise<void> {
    const open = this.#open.peek();
    if (open === null || !isComplete(open.act, details)) return;
    const { act } = open;
    this.#place.setItem(NAME, details.askedBy.trim());
    const looking: OpenAct = { act, details, stage: { type: "planning" } };
    this.#open.value = looking;
    this.#key = newId();
    try {
      const plan = await this.#plan(act, details);
      this.#next(looking, { type: "planned", plan });
    } catch (error) {
      this.#next(looking, { type: "asking", trouble: this.#troubleOf(error) });
    }
  }

  /** Has it done. Does nothing unless its plan is shown: a second click is none. */
  async confirm(): Promise<void> {
    const open = this.#open.peek();
    if (open?.stage.type !== "planned" || open.stage.plan.confirm === null) return;
    const { planId } = open.stage.plan;
    const acting: OpenAct = { ...open, stage: { type: "acting", progress: null } };
    this.#open.value = acting;
    let outcome: Outcome;
    try {
      outcome = await this.#carryOut(acting, planId ?? undefined);
    } catch (error) {
      outcome = outcomeOf(error, this.#troubleOf(error));
    }
    this.#next(acting, { type: "ended", outcome });
  }

  /** Asks for the details once more. */
  back(): void {
    const open = this.#open.peek();
    if (open !== null) this.#open.value = { ...open, stage: { type: "asking", trouble: null } };
  }

  /** Nothing is wanted any more. What is being done goes on. */
  close(): void {
    this.#open.value = null;
  }

  /** Forgets who asks. */
  forget(): void {
    this.close();
    this.#place.removeItem(NAME);
  }

  async #lookAtSales(): Promise<void> {
    this.#sales.value = null;
    try {
      this.#sales.value = await this.#requests.sales();
    } catch (error) {
      const open = this.#open.peek();
      const trouble = this.#troubleOf(error);
      if (open?.stage.type === "asking") this.#open.value = { ...open, stage: { type: "asking", trouble } };
    }
  }

  async #plan(act: Act, details: ActDetails): Promise<ShownPlan> {
    switch (act.type) {
      case "selling":
        return sellingPlanText(act.action, await this.#requests.planSelling(sellingChange(act, details)));
      case "cluster":
        return clusterPlanText(titleOf(act), act.change, await this.#requests.planChange(act.change));
      case "cancel":
        return cancelPlanText(act);
    }
  }

  async #carryOut(open: OpenAct, planId: string | undefined): Promise<Outcome> {
    const { act, details } = open;
    const [askedBy, key] = [details.askedBy.trim(), this.#key];
    switch (act.type) {
      case "selling": {
        let outcome: Outcome | undefined;
        const request = { change: sellingChange(act, details), askedBy, key, planId };
        await this.#requests.changeSelling(request, (line) => {
          if (line.type === "Progress") this.#progress(open, line);
          else if (line.type === "Ended") outcome = sellingOutcome(act.action, line);
          else outcome = unknownOutcome(line.detail);
        });
        return outcome ?? unknownOutcome("The node did not answer to the end.");
      }
      case "cluster":
        return clusterOutcome(
          act.change,
          await this.#requests.change({ change: act.change, askedBy, id: key, planId }),
        );
      case "cancel":
        return cancelOutcome(await this.#requests.cancel(act.operation.id, askedBy));
    }
  }

  #progress(acting: OpenAct, progress: { readonly ended: number; readonly all: number }): void {
    const open = this.#open.peek();
    if (open?.act === acting.act && open.stage.type === "acting")
      this.#open.value = { ...open, stage: { type: "acting", progress } };
  }

  /** Unless the act was closed meanwhile, or another one was begun. */
  #next(before: OpenAct, stage: ActStage): void {
    if (this.#open.peek()?.act === before.act) this.#open.value = { ...before, stage };
  }

  #troubleOf(error: unknown): string {
    if (error instanceof Refused && error.status === UNAUTHENTICATED) this.#lock();
    if (error instanceof Refused) return error.message;
    return "The node cannot be reached.";
  }
}

function sellingChange(act: Extract<Act, { type: "selling" }>, details: ActDetails): SellingChange {
  const choice = details.choice ?? { type: "skus", skus: [] };
  const reason = details.reason.trim();
  if (act.action === "pause") return { type: "PauseSelling", choice, reason };
  return { type: "ResumeSelling", choice, ...(reason === "" ? {} : { reason }) };
}

function outcomeOf(error: unknown, trouble: string): Outcome {
  if (!(error instanceof Refused)) return unknownOutcome(trouble);
  return { result: "refused", sentences: [trouble], items: [], operation: null };
}

function unknownOutcome(trouble: string): Outcome {
  const sentences = [trouble, "It may be done all the same: look what is left."];
  return { result: "unknown", sentences, items: [], operation: null };
}
