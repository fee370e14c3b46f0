import type { ClusterOperator } from "../../engine/operator/cluster-operator.ts";
import type { ClusterReply, ClusterRequest } from "../../engine/operator/cluster-request.ts";
import type { Operation } from "../../engine/ports/operation-store.ts";
import { AdminFault } from "../admin/api/admin-problem.ts";
import type { OperatorAccess } from "../admin/api/operator-access.ts";

const ASK_AGAIN_MS = 1_000;

/** The cluster for operators from the moment at which a node listens: until it takes part, they are told to ask again. */
export class JoiningOperator implements OperatorAccess {
  readonly #operator: () => ClusterOperator | undefined;

  /** `operator` is undefined until the node takes part in its cluster. */
  constructor(operator: () => ClusterOperator | undefined) {
    this.#operator = operator;
  }

  async ask(request: ClusterRequest, withinMs?: number): Promise<ClusterReply> {
    return this.#joined.ask(request, withinMs);
  }

  async operations(countMax: number): Promise<readonly Operation[]> {
    return this.#joined.operations(countMax);
  }

  async operation(id: string): Promise<Operation | undefined> {
    return this.#joined.operation(id);
  }

  get #joined(): ClusterOperator {
    const operator = this.#operator();
    if (operator !== undefined) return operator;
    const detail =
      "The node is starting, and does not take part in its cluster yet; /readyz says what it waits for.";
    throw new AdminFault("unavailable", detail, { retryAfterMs: ASK_AGAIN_MS });
  }
}
