import type { Data } from "../contract/data.ts";
import type { NodeStore } from "../ports/node-store.ts";
import {
  OperationChanged,
  type CarriedOutKind,
  type Operation,
  type OperationStore,
} from "../ports/operation-store.ts";
import type { ClusterMembers } from "../shards/cluster-members.ts";
import { isKnownVersion, isRecord, OPERATION_DOCUMENT_VERSION } from "../shards/operation-documents.ts";
import type { OperationQueue } from "../shards/operation-queue.ts";
import type { MoveRequest } from "../shards/operation-requests.ts";
import type { Plan, PlanBasis } from "../shards/plan.ts";
import { planLeave } from "../shards/planner.ts";
import type { PlacementDesk } from "../shards/placement-desk.ts";
import type { Suspension } from "../shards/suspension.ts";
import { ChangesAtOnce, isAtOnce } from "./changes-at-once.ts";
import { planChange, type ChangePlanLimits, type PlannedChange } from "./change-plan.ts";
import type { ChangeAtOnce, ClusterChange, MovingChange } from "./cluster-change.ts";
import { identifiedPlan, type ClusterPlan } from "./cluster-plan.ts";
import type { ClusterReply, ClusterRequest } from "./cluster-request.ts";
import { isSameRequest, otherRequestText } from "./same-request.ts";
import { ShownPlans } from "./shown-plans.ts";

/** What the desk needs of its coordinator. */
export interface ClusterDeskDependencies {
  readonly term: number;
  readonly placement: PlacementDesk;
  readonly queue: OperationQueue;
  readonly operations: OperationStore;
  readonly nodeStore: NodeStore;
  readonly suspension: Suspension;
  readonly limits: ChangePlanLimits;
  /** Shards that the queue moves at the same time. */
  readonly shardsAtOnceMax: number;
  readonly members: ClusterMembers;
}

type Execution = Extract<ClusterRequest, { type: "Execute" }>;

const PAUSES_OF_OPERATIONS = 20;
const NOTHING_TO_MOVE = "Everything is where it should be.";

/** Plans and begins what operators want changed, at the coordinator. */
export class ClusterDesk {
  readonly #dependencies: ClusterDeskDependencies;
  readonly #shown = new ShownPlans();
  readonly #atOnce: ChangesAtOnce;

  constructor(dependencies: ClusterDeskDependencies) {
    this.#dependencies = dependencies;
    this.#atOnce = new ChangesAtOnce(dependencies);
  }

  /** Does what was written down to be done at once, and not done to its end. */
  endRecords(): Promise<void> {
    return this.#atOnce.finish();
  }

  /** What a change would do. It can be carried out as it was shown, while shards and lanes are as they are. */
  async plan(change: ClusterChange): Promise<ClusterPlan> {
    const plan = await this.#fresh(change);
    this.#shown.add(plan);
    return plan;
  }

  async #fresh(change: ClusterChange): Promise<ClusterPlan> {
    const { plan, prechecks } = await this.#plan(change);
    const { placementVersion: version, moves, skipped } = plan;
    const { shardsAtOnceMax } = this.#dependencies;
    const pauseMs = await this.#lastPauseMs();
    const nothing = prechecks.length > 0 ? null : await this.#nothing(change, plan);
    return identifiedPlan({ version, change, prechecks, moves, skipped, nothing, pauseMs, shardsAtOnceMax });
  }

  /** Why there is nothing to do; null when there is. */
  async #nothing(change: ClusterChange, { moves, skipped }: Plan): Promise<string | null> {
    if (isAtOnce(change)) return (await this.#atOnce.nothing(change)) ?? null;
    if (moves.length > 0) return null;
    if (change.type !== "DrainNode")
      return skipped.some(({ reason }) => reason === "PINNED_IN_PLACE") ? null : NOTHING_TO_MOVE;
    // A drain closes its node, with or without moves.
    if (!(await this.#atOnce.isDraining(change.node))) return null;
    return skipped.length === 0
      ? "The node is drained already."
      : "The node is drained but for shards that stay.";
  }

  /**
   * Begins a change, or does it if that is done at once.
   * @throws {TermOver} or what keeps it from being stored.
   */
  async execute(request: Execution): Promise<ClusterReply> {
    const { operations, members } = this.#dependencies;
    const begun = await operations.find(request.id);
    if (begun !== undefined && !isSameRequest(begun, request.change, request.askedBy))
      return { type: "Conflict", detail: otherRequestText(begun), field: "change" };
    // What was not done to its end is: whoever asks again wants it.
    if (begun !== undefined && !isRecord(begun)) return { type: "Begun", operation: begun };
    if (begun !== undefined && isAtOnce(request.change))
      return this.#doAtOnce(request.change, request.askedBy, request.id);
    const fresh = await this.#fresh(request.change);
    if (fresh.prechecks.length > 0) return { type: "Refused", prechecks: fresh.prechecks };
    const { planId } = request;
    if (planId === null || planId === fresh.id) return this.#begin(request, fresh);
    const shown = this.#shown.find(planId, fresh, members.lanes);
    if (shown !== undefined) return this.#begin(request, shown);
    return {
      type: "Conflict",
      detail: `Nothing was changed: the plan is ${fresh.id} by now, for version ${fresh.version} of the placement.`,
    };
  }

  /** Ends an operation, but for what cannot be undone. Who asks twice is told the same, though it may be over by then. */
  async cancel(id: string, askedBy: string): Promise<ClusterReply> {
    const isCancelled = await this.#cancelled(id, askedBy);
    const operation = await this.#dependencies.operations.find(id);
    if (operation === undefined) {
      const detail = `There is no operation ${JSON.stringify(id)}.`;
      return { type: "Refused", prechecks: [{ code: "UNKNOWN_OPERATION", detail, field: "operation" }] };
    }
    if (isCancelled === true || operation.status === "cancelled") return { type: "Begun", operation };
    if (isCancelled === undefined) return { type: "Conflict", detail: "The operation has just gone on." };
    if (!isKnownVersion(operation))
      return {
        type: "Conflict",
        detail: "A node of another release has to coordinate to cancel this operation.",
      };
    return { type: "Nothing", detail: "The operation is over already." };
  }

  /** Whether it will end by that; undefined when somebody else has changed it at the same time. */
  async #cancelled(id: string, askedBy: string): Promise<boolean | undefined> {
    try {
      return await this.#dependencies.queue.cancel(id, askedBy);
    } catch (error) {
      if (error instanceof OperationChanged) return undefined;
      throw error;
    }
  }

  /** A node that is about to end gives its shards away; nothing is remembered against it. */
  async leave(node: string, id: string): Promise<ClusterReply> {
    const begun = await this.#dependencies.operations.find(id);
    if (begun !== undefined) return { type: "Begun", operation: begun };
    await this.#makeWay(node);
    const plan = planLeave(this.#basis(), node);
    if (plan.moves.length === 0 && plan.skipped.length > 0) {
      const detail = "No other node takes shards.";
      return { type: "Refused", prechecks: [{ code: "NO_CAPACITY", detail, field: "node" }] };
    }
    if (plan.moves.length === 0) return { type: "Nothing", detail: "The node has no shards to give away." };
    return {
      type: "Begun",
      operation: await this.#add("drain", { type: "LeaveNode", node }, node, id, plan),
    };
  }

  /** Balancing that nobody has asked for does not keep a node waiting that has little time. */
  async #makeWay(node: string): Promise<void> {
    const { operations, queue } = this.#dependencies;
    for (const { id, kind, askedBy } of await operations.open())
      if (kind === "rebalance" && askedBy === "coordinator") await queue.cancel(id, node);
  }

  /** What an operation asks for, as things are now. */
  planAgain(request: MoveRequest): Plan {
    if (request.type === "LeaveNode") return planLeave(this.#basis(), request.node);
    const nodes = "node" in request ? [request.node] : [];
    return this.#planned(request, nodes).plan;
  }

  async #plan(change: ClusterChange): Promise<PlannedChange> {
    const records = await this.#dependencies.nodeStore.list();
    const nodes = records.map(({ node }) => node);
    return this.#planned(change, nodes);
  }

  #planned(change: ClusterChange, nodes: readonly string[]): PlannedChange {
    const { members, limits } = this.#dependencies;
    // Without measurements a load is a number of shards, and nobody knows how many are too many.
    const loadMax = members.costs.length === 0 ? Number.POSITIVE_INFINITY : limits.loadMax;
    return planChange(change, { ...this.#basis(), nodes }, { ...limits, loadMax });
  }

  #basis(): PlanBasis {
    const { placement, members } = this.#dependencies;
    return members.basis(placement.placement);
  }

  async #begin({ change, id, askedBy }: Execution, plan: ClusterPlan): Promise<ClusterReply> {
    if (isAtOnce(change)) return this.#doAtOnce(change, askedBy, id);
    switch (change.type) {
      case "MoveShards":
        return this.#move("move", change, askedBy, id, plan);
      case "Rebalance":
        return this.#move("rebalance", change, askedBy, id, plan);
      case "DrainNode":
        if (plan.nothing === null) await this.#atOnce.order(change.node, { cordoned: true, draining: true });
        return this.#move("drain", change, askedBy, id, plan);
    }
  }

  async #doAtOnce(change: ChangeAtOnce, askedBy: string, id: string): Promise<ClusterReply> {
    try {
      return await this.#atOnce.execute(change, askedBy, id);
    } catch (error) {
      // What was written down is not left open.
      this.#dependencies.queue.wake();
      throw error;
    }
  }

  async #move(
    kind: CarriedOutKind,
    change: MovingChange,
    askedBy: string,
    id: string,
    plan: ClusterPlan,
  ): Promise<ClusterReply> {
    const { version: placementVersion, moves, skipped, nothing } = plan;
    // A drain says which shards stay, however often it is asked for.
    const isUseless = nothing !== null && (kind !== "drain" || skipped.length === 0);
    if (isUseless) return { type: "Nothing", detail: nothing };
    const operation = await this.#add(kind, change, askedBy, id, { placementVersion, moves, skipped });
    return { type: "Begun", operation };
  }

  #add(
    kind: CarriedOutKind,
    request: MoveRequest,
    askedBy: string,
    id: string,
    plan: Plan,
  ): Promise<Operation> {
    const operation = { id, kind, askedBy, documentVersion: OPERATION_DOCUMENT_VERSION, request };
    const { placementVersion } = plan;
    return this.#dependencies.queue.add(operation, { plan: plan as unknown as Data, placementVersion });
  }

  async #lastPauseMs(): Promise<number | null> {
    const newest = await this.#dependencies.operations.newest(PAUSES_OF_OPERATIONS);
    for (const { result } of newest.filter(isKnownVersion)) {
      const { pauseMsMax } = (result ?? {}) as { readonly pauseMsMax?: number };
      if (pauseMsMax !== undefined && pauseMsMax > 0) return pauseMsMax;
    }
    return null;
  }
}
