import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import type { NodeDescription } from "../../../engine/operator/cluster-description.ts";
import type { ClusterPlan } from "../../../engine/operator/cluster-plan.ts";
import type { ClusterReply, ClusterRequest } from "../../../engine/operator/cluster-request.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { OPERATION_ID } from "./admin-limits.ts";
import { AdminFault, type AdminProblemExtras } from "./admin-problem.ts";
import type { NodesAnswer, ShardsAnswer } from "./answers.ts";
import type { OperatorAccess } from "./operator-access.ts";

/** A reply of one of these types. */
export type ReplyOf<Type extends ClusterReply["type"]> = Extract<ClusterReply, { readonly type: Type }>;

/** What the admin API asks of the cluster. Whatever is not what was asked for is thrown as an {@link AdminFault}. */
export class ClusterQuestions {
  readonly #operator: Pick<OperatorAccess, "ask" | "operation">;

  constructor(operator: Pick<OperatorAccess, "ask" | "operation">) {
    this.#operator = operator;
  }

  async shards(): Promise<ShardsAnswer> {
    const reply = expected(await this.#ask({ type: "ListShards" }), "Shards");
    const { version, isBalancingSuspended, shards } = reply;
    return { version, isBalancingSuspended, shards };
  }

  async nodes(): Promise<NodesAnswer> {
    const reply = expected(await this.#ask({ type: "ListNodes" }), "Nodes");
    const { coordinator, isBalancingSuspended, nodes } = reply;
    return { coordinator, isBalancingSuspended, nodes };
  }

  /** The node of that name. `extras` go with the problem that there is none. */
  async node(name: string, extras?: AdminProblemExtras): Promise<NodeDescription> {
    const { nodes } = await this.nodes();
    const found = nodes.find(({ node }) => node === name);
    if (found !== undefined) return found;
    const known = nodes.map(({ node }) => node).join(", ");
    throw new AdminFault(
      "unknown_node",
      `No node is named ${JSON.stringify(name)}; known are ${known}.`,
      extras,
    );
  }

  async operation(id: string): Promise<Operation> {
    const operation = OPERATION_ID.test(id) ? await this.#operator.operation(id) : undefined;
    if (operation === undefined)
      throw new AdminFault("unknown_operation", `There is no operation ${JSON.stringify(id)}.`);
    return operation;
  }

  /** What a change would do. */
  async plan(change: ClusterChange): Promise<ClusterPlan> {
    return expected(await this.#ask({ type: "Plan", change }), "Planned").plan;
  }

  /** Has a change made, or an operation ended. */
  async order(
    request: Extract<ClusterRequest, { type: "Execute" | "Cancel" }>,
  ): Promise<ReplyOf<"Begun" | "Nothing">> {
    const reply = await this.#ask(request);
    return reply.type === "Nothing" ? reply : expected(reply, "Begun");
  }

  async #ask(request: ClusterRequest): Promise<ClusterReply> {
    const reply = await this.#operator.ask(request);
    if (reply.type === "Refused") {
      const [first] = reply.prechecks;
      const extras = { prechecks: reply.prechecks, ...(first === undefined ? {} : { field: first.field }) };
      const detail = reply.prechecks.map((precheck) => precheck.detail).join(" ");
      throw new AdminFault("precheck_refused", detail, extras);
    }
    if (reply.type === "Conflict" && reply.field !== undefined)
      throw new AdminFault("id_taken", reply.detail, { field: reply.field });
    if (reply.type === "Conflict") throw new AdminFault("plan_changed", reply.detail);
    if (reply.type === "NoCoordinator")
      throw new AdminFault("no_coordinator", reply.detail, { retryAfterMs: reply.retryAfterMs });
    return reply;
  }
}

function expected<Type extends ClusterReply["type"]>(reply: ClusterReply, type: Type): ReplyOf<Type> {
  if (reply.type !== type) throw new Error(`the coordinator answered ${reply.type} instead of ${type}`);
  return reply as ReplyOf<Type>;
}
