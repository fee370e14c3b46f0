import { assert } from "../contract/assert.ts";
import type { Data } from "../contract/data.ts";
import type { NodeRecord, NodeStore } from "../ports/node-store.ts";
import {
  OperationChanged,
  type CarriedOutKind,
  type Operation,
  type OperationKind,
  type OperationStore,
} from "../ports/operation-store.ts";
import type { ClusterMembers } from "../shards/cluster-members.ts";
import { OPERATION_DOCUMENT_VERSION } from "../shards/operation-run.ts";
import type { OperationQueue } from "../shards/operation-queue.ts";
import type { Plan, PlanBasis } from "../shards/plan.ts";
import { planLeave } from "../shards/planner.ts";
import type { MakeChanges, PlacementDesk } from "../shards/placement-desk.ts";
import { planChange, type ChangePlanLimits, type PlannedChange } from "./change-plan.ts";
import type { ClusterChange } from "./cluster-change.ts";
import { identifiedPlan, type ClusterPlan } from "./cluster-plan.ts";
import type { ClusterReply, ClusterRequest } from "./cluster-request.ts";
import { ShownPlans } from "./shown-plans.ts";

/** What the desk needs of its coordinator. */
export interface ClusterDeskDependencies {
  readonly term: number;
  readonly placement: PlacementDesk;
  readonly queue: OperationQueue;
  readonly operations: OperationStore;
  readonly nodeStore: NodeStore;
  readonly limits: ChangePlanLimits;
  /** Shards that the queue moves at the same time. */
  readonly shardsAtOnceMax: number;
  readonly members: ClusterMembers;
  /** Balancing is suspended, or resumed. */
  readonly suspended: (isSuspended: boolean) => void;
}

type Execution = Extract<ClusterRequest, { type: "Execute" }>;

const PAUSES_OF_OPERATIONS = 20;

/** Plans and begins what operators want changed, at the coordinator. */
export class ClusterDesk {
  readonly #dependencies: ClusterDeskDependencies;
  readonly #shown = new ShownPlans();

  constructor(dependencies: ClusterDeskDependencies) {
    this.#dependencies = dependencies;
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
    return identifiedPlan({ version, change, prechecks, moves, skipped, pauseMs, shardsAtOnceMax });
  }

  /**
   * Begins a change, or does it if that is done at once.
   * @throws {TermOver} or what keeps it from being stored.
   */
  async execute(request: Execution): Promise<ClusterReply> {
    const { operations, members } = this.#dependencies;
    const begun = await operations.find(request.id);
    if (begun !== undefined) return { type: "Begun", operation: begun };
    const fresh = await this.#fresh(request.change);
    if (fresh.prechecks.length > 0) return { type: "Refused", prechecks: fresh.prechecks };
    const { planId } = request;
    if (planId === null || planId === fresh.id) return this.#begin(request, fresh);
    const shown = this.#shown.find(planId, fresh, members.lanes);
    if (shown !== undefined) return this.#begin(request, shown);
    return {
      type: "Conflict",
      detail: `The plan is ${fresh.id} by now, for version ${fresh.version} of the placement.`,
    };
  }

  /** Ends an operation, but for what cannot be undone. */
  async cancel(id: string, askedBy: string): Promise<ClusterReply> {
    const { operations, queue } = this.#dependencies;
    try {
      const isCancelled = await queue.cancel(id, askedBy);
      const operation = await operations.find(id);
      if (operation === undefined) {
        const detail = `There is no operation ${JSON.stringify(id)}.`;
        return { type: "Refused", prechecks: [{ code: "UNKNOWN_OPERATION", detail, field: "operation" }] };
      }
      return isCancelled
        ? { type: "Begun", operation }
        : { type: "Nothing", detail: "The operation is over already." };
    } catch (error) {
      if (error instanceof OperationChanged)
        return { type: "Conflict", detail: "The operation has just gone on." };
      throw error;
    }
  }

  /** A node that is about to end gives its shards away; nothing is remembered against it. */
  async leave(node: string, id: string): Promise<ClusterReply> {
    const begun = await this.#dependencies.operations.find(id);
    if (begun !== undefined) return { type: "Begun", operation: begun };
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

  /** What an operation asks for, as things are now. */
  planAgain(operation: Operation): Plan {
    const request = operation.request as
      ClusterChange | { readonly type: "LeaveNode"; readonly node: string };
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
    switch (change.type) {
      case "MoveShards":
        return this.#move("move", change, askedBy, id, plan);
      case "Rebalance":
        return this.#move("rebalance", change, askedBy, id, plan);
      case "DrainNode":
        await this.#order(change.node, { cordoned: true, draining: true });
        return this.#move("drain", change, askedBy, id, plan);
      case "CordonNode":
        await this.#order(change.node, { cordoned: true });
        return this.#record("cordon", change, askedBy, id);
      case "UndrainNode":
        await this.#order(change.node, { cordoned: false, draining: false });
        return this.#record("undrain", change, askedBy, id);
      case "PinShards":
      case "UnpinShards":
        return this.#pin(change, askedBy, id);
      case "SuspendRebalancing":
        return this.#suspend(change, askedBy, id);
      case "ResumeRebalancing":
        return this.#resume(change, askedBy, id);
    }
  }

  async #move(
    kind: CarriedOutKind,
    change: ClusterChange,
    askedBy: string,
    id: string,
    plan: ClusterPlan,
  ): Promise<ClusterReply> {
    const { version: placementVersion, moves, skipped } = plan;
    if (moves.length === 0 && kind !== "drain")
      return { type: "Nothing", detail: "Everything is where it should be." };
    const operation = await this.#add(kind, change, askedBy, id, { placementVersion, moves, skipped });
    return { type: "Begun", operation };
  }

  #add(kind: CarriedOutKind, request: unknown, askedBy: string, id: string, plan: Plan): Promise<Operation> {
    const operation = {
      id,
      kind,
      askedBy,
      documentVersion: OPERATION_DOCUMENT_VERSION,
      request: request as Data,
    };
    const { placementVersion } = plan;
    return this.#dependencies.queue.add(operation, { plan: plan as unknown as Data, placementVersion });
  }

  async #pin(
    change: Extract<ClusterChange, { type: "PinShards" | "UnpinShards" }>,
    askedBy: string,
    id: string,
  ): Promise<ClusterReply> {
    const { placement } = this.#dependencies;
    const pinned = change.type === "PinShards";
    const make: MakeChanges = ({ shards }) =>
      [...new Set(change.shards)].flatMap((shard) => {
        const place = shards[shard];
        return place === undefined || place.pinned === pinned ? [] : { shard, ...place, pinned };
      });
    if (make(placement.placement).length === 0)
      return { type: "Nothing", detail: "All of these shards are so already." };
    const kind = pinned ? "pin" : "unpin";
    await placement.change(make, { reason: kind, askedBy });
    placement.announce();
    return this.#record(kind, change, askedBy, id);
  }

  /** A suspension is an operation that lasts until rebalancing is resumed: the next coordinator finds it. */
  async #suspend(change: ClusterChange, askedBy: string, id: string): Promise<ClusterReply> {
    const { operations, term, suspended } = this.#dependencies;
    if ((await this.#suspensions()).length > 0)
      return { type: "Nothing", detail: "It is suspended already." };
    const added = await operations.add(newOperation("suspend", change, askedBy, id), term);
    const operation = await operations.update(id, added.revision, { ...added, status: "running" }, term);
    suspended(true);
    return { type: "Begun", operation };
  }

  async #resume(change: ClusterChange, askedBy: string, id: string): Promise<ClusterReply> {
    const { operations, term, suspended } = this.#dependencies;
    const suspensions = await this.#suspensions();
    if (suspensions.length === 0) return { type: "Nothing", detail: "It is not suspended." };
    for (const suspension of suspensions) {
      const ended = { ...suspension, status: "done" as const, result: { resumedBy: askedBy } };
      await operations.update(suspension.id, suspension.revision, ended, term);
    }
    suspended(false);
    return this.#record("resume", change, askedBy, id);
  }

  async #suspensions(): Promise<readonly Operation[]> {
    return (await this.#dependencies.operations.open()).filter(({ kind }) => kind === "suspend");
  }

  /** Keeps what was done at once. */
  async #record(
    kind: OperationKind,
    change: ClusterChange,
    askedBy: string,
    id: string,
  ): Promise<ClusterReply> {
    const { operations, queue, term } = this.#dependencies;
    try {
      const added = await operations.add(newOperation(kind, change, askedBy, id), term);
      const operation = await operations.update(id, added.revision, { ...added, status: "done" }, term);
      return { type: "Begun", operation };
    } catch (error) {
      // Begun or not, it is not left open; and it may have been ended meanwhile.
      queue.wake();
      const ended = error instanceof OperationChanged ? await operations.find(id) : undefined;
      if (ended === undefined) throw error;
      return { type: "Begun", operation: ended };
    }
  }

  async #order(node: string, orders: Partial<Pick<NodeRecord, "cordoned" | "draining">>): Promise<void> {
    const { nodeStore, term, members } = this.#dependencies;
    const record = (await nodeStore.list()).find((each) => each.node === node);
    assert(record !== undefined, "a node that a plan was made for is known", node);
    const { cordoned, draining } = record;
    await nodeStore.order(node, { cordoned, draining, ...orders }, term);
    await members.refresh();
  }

  async #lastPauseMs(): Promise<number | null> {
    const newest = await this.#dependencies.operations.newest(PAUSES_OF_OPERATIONS);
    for (const { result } of newest) {
      const { pauseMsMax } = (result ?? {}) as { readonly pauseMsMax?: number };
      if (pauseMsMax !== undefined && pauseMsMax > 0) return pauseMsMax;
    }
    return null;
  }
}

function newOperation(
  kind: OperationKind,
  request: ClusterChange,
  askedBy: string,
  id: string,
): Parameters<OperationStore["add"]>[0] {
  return { id, kind, askedBy, documentVersion: OPERATION_DOCUMENT_VERSION, request };
}
