import { RequestFault, type Bus, type RequestFaultReason } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import { isOperationOver, type Operation, type OperationStore } from "../ports/operation-store.ts";
import { decodeMessage, encodeMessage } from "../shards/cluster-message.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { UnknownVersion } from "../transport/unknown-versions.ts";
import { ASK_AGAIN_MS } from "./cluster-answers.ts";
import type { ClusterReply, ClusterRequest } from "./cluster-request.ts";

const ANSWER_WITHIN_MS = 10_000;
// Longer than an answer takes, and about as long as a coordinator that is gone without a word goes unnoticed.
const REPEAT_MS = 2_000;
const WATCH_MS = 250;

/** What an operator is told who got no answer. Only where nobody hears is it certain that nobody coordinates. */
const UNANSWERED: Readonly<Record<RequestFaultReason, string>> = {
  away: "This node does not reach NATS, nor through it whoever coordinates; other nodes may.",
  busy: "This node has too many requests without an answer.",
  nobody:
    "No node coordinates the cluster at the moment: one is being found, or none reaches both Postgres and NATS.",
  late: "Whoever coordinates the cluster did not answer in time.",
};

/** What any node needs to serve operators. */
export interface ClusterOperatorDependencies {
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly operations: OperationStore;
  readonly clock: Clock;
}

/** The cluster as an operator sees it from any of its nodes. */
export class ClusterOperator {
  readonly #dependencies: ClusterOperatorDependencies;

  constructor(dependencies: ClusterOperatorDependencies) {
    this.#dependencies = dependencies;
  }

  /** Asks whoever coordinates, and waits for the answer no longer than this. Asked twice, a change is made once. */
  async ask(request: ClusterRequest, withinMs = ANSWER_WITHIN_MS): Promise<ClusterReply> {
    try {
      return decodeMessage(await this.#answer(encodeMessage(request), withinMs)) as ClusterReply;
    } catch (error) {
      const retryAfterMs = ASK_AGAIN_MS;
      if (error instanceof UnknownVersion) {
        const detail = `The coordinator answers as another release does (${error.message}).`;
        return { type: "NoCoordinator", detail, retryAfterMs };
      }
      if (!(error instanceof RequestFault)) throw error;
      return { type: "NoCoordinator", detail: UNANSWERED[error.reason], retryAfterMs };
    }
  }

  /**
   * The first answer to a request that is repeated while there is none: whoever got it may not coordinate any more, or be cut off,
   * and whoever follows has not heard it. That nobody hears one of them is the end only when no other may still be answered.
   */
  #answer(payload: string, withinMs: number): Promise<string> {
    const { bus, topics, clock } = this.#dependencies;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let cancelRepeat: () => void = () => undefined;
    let open = 0;
    const unanswered = (error: unknown): void => {
      open -= 1;
      if (open === 0) reject(error);
    };
    const request = (leftMs: number): void => {
      open += 1;
      bus.request(topics.coordinator, payload, leftMs).then(resolve, unanswered);
      if (leftMs > REPEAT_MS) cancelRepeat = clock.after(REPEAT_MS, () => request(leftMs - REPEAT_MS));
    };
    request(withinMs);
    return promise.finally(() => cancelRepeat());
  }

  /** The newest operations first. */
  operations(countMax: number): Promise<readonly Operation[]> {
    return this.#dependencies.operations.newest(countMax);
  }

  /** An operation of this id; undefined when there is none. */
  operation(id: string): Promise<Operation | undefined> {
    return this.#dependencies.operations.find(id);
  }

  /**
   * Resolves when the operation is over, or with how far it is after this time. `progressed` is called with it as it is, and whenever it is seen to have changed.
   * @throws when the store cannot be read.
   */
  async watch(
    id: string,
    withinMs: number,
    progressed: (operation: Operation) => void,
  ): Promise<Operation | undefined> {
    const { operations, clock } = this.#dependencies;
    const endsAtMs = clock.nowMs() + withinMs;
    let revision = 0;
    for (;;) {
      const operation = await operations.find(id);
      if (operation === undefined) return undefined;
      if (operation.revision !== revision) progressed(operation);
      revision = operation.revision;
      if (isOperationOver(operation.status) || clock.nowMs() >= endsAtMs) return operation;
      await new Promise<void>((resolve) => clock.after(WATCH_MS, resolve));
    }
  }
}
