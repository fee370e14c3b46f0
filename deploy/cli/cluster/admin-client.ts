import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import type { NodeDescription, ShardDescription } from "../../../engine/operator/cluster-description.ts";
import type { ClusterPlan } from "../../../engine/operator/cluster-plan.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { UnreadableDocument } from "../../../engine/shards/document-field.ts";
import type { ExecutionRequest } from "../../admin/api/admin-request.ts";
import type {
  ExecutionAnswer,
  NodesAnswer,
  OperationsAnswer,
  ShardsAnswer,
} from "../../admin/api/answers.ts";
import { AdminConnection, AdminRefused, AdminUnreachable, type AdminPatience } from "./admin-connection.ts";
import type { AdminAccess } from "./admin-options.ts";
import { KnownOperations } from "./known-operations.ts";
import { receivedOperation } from "./received-operation.ts";

// A coordinator that is gone has a successor within seconds.
const TRY_AGAIN_MS_MAX = 10_000;
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 5_000;
const OPERATIONS_WATCHED = 100;
const PATIENCE: AdminPatience = { answerMs: 15_000, silenceMs: 25_000 };

/** A change that is asked for under the id of the operation that it makes, so that it can be asked for again. */
export type Execution = ExecutionRequest & { readonly id: string };

/** The admin API of a node. What is not available at the moment is asked for again for ten seconds. */
export class AdminClient {
  readonly #connection: AdminConnection;
  readonly #signal: AbortSignal;
  readonly #say: (line: string) => void;

  /** `say` is told when something takes longer, and why; `signal` ends whatever is under way. */
  constructor(access: AdminAccess, signal: AbortSignal, say: (line: string) => void, patience = PATIENCE) {
    this.#connection = new AdminConnection(access, patience);
    this.#signal = signal;
    this.#say = say;
  }

  /** Asks for anything else: a change has a body, a list has none. */
  ask<Answer>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<Answer> {
    return method === "POST" ? this.#post(path, body ?? {}) : this.#ask(path, { method });
  }

  shards(node?: string): Promise<ShardsAnswer> {
    return this.#get(node === undefined ? "/v1/shards" : `/v1/shards?node=${encodeURIComponent(node)}`);
  }

  /** How far shards are, asked once and without a word; empty when nobody says so in time. */
  async shardsWithin(ms: number): Promise<readonly ShardDescription[]> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(ms)]);
    try {
      return ((await this.#connection.ask("/v1/shards", {}, signal)) as ShardsAnswer).shards;
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return [];
    }
  }

  shard(shard: number): Promise<ShardDescription> {
    return this.#get(`/v1/shards/${shard}`);
  }

  nodes(): Promise<NodesAnswer> {
    return this.#get("/v1/nodes");
  }

  node(node: string): Promise<NodeDescription> {
    return this.#get(`/v1/nodes/${encodeURIComponent(node)}`);
  }

  async operations(limit: number): Promise<OperationsAnswer> {
    const answer = await this.#get<OperationsAnswer>(`/v1/operations?limit=${limit}`);
    return { ...answer, operations: answer.operations.map(receivedOperation) };
  }

  async operation(id: string): Promise<Operation> {
    return receivedOperation(await this.#get(`/v1/operations/${id}`));
  }

  plan(change: ClusterChange): Promise<ClusterPlan> {
    return this.#post("/v1/operations/plan", { change });
  }

  async execute(execution: Execution): Promise<ExecutionAnswer> {
    return receivedExecution(await this.#post("/v1/operations", execution));
  }

  async cancel(id: string, askedBy: string): Promise<ExecutionAnswer> {
    return receivedExecution(await this.#post(`/v1/operations/${id}/cancel`, { askedBy }));
  }

  /**
   * An operation as it is, and then as it is whenever it is seen to have changed until it is over, also when the node that tells of
   * it is gone for a while.
   */
  async *watch(id: string, signal = this.#signal): AsyncGenerator<Operation> {
    let revision = 0;
    for (;;) {
      for await (const operation of this.#stream(`/v1/operations/${id}/watch`, signal)) {
        if (operation.revision > revision) yield operation;
        revision = Math.max(revision, operation.revision);
        if (operation.endedAtMs !== null) return;
      }
    }
  }

  /** All operations that are not over, and then any of them whenever it is seen to have changed, without an end. */
  async *watchAll(): AsyncGenerator<Operation> {
    const known = new KnownOperations();
    const { operations } = await this.operations(OPERATIONS_WATCHED);
    for (const operation of operations) if (operation.endedAtMs !== null) known.isNews(operation);
    // With those that are over: what ends while the connection is broken is told, too.
    for (;;)
      for await (const operation of this.#stream("/v1/operations/watch?ended=true", this.#signal))
        if (known.isNews(operation)) yield operation;
  }

  #get<Answer>(path: string): Promise<Answer> {
    return this.#ask(path, { method: "GET" });
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
    const signal = this.#signal;
    return (await this.#persist(() => this.#connection.ask(path, request, signal), signal)) as Answer;
  }

  /** The lines of a stream, until it ends or breaks: the caller asks again. */
  async *#stream(path: string, signal: AbortSignal): AsyncGenerator<Operation> {
    const lines = await this.#persist(() => this.#connection.open(path, signal), signal);
    try {
      // Empty ones only say that the connection lasts.
      for await (const line of lines) if (line !== "") yield receivedOperation(JSON.parse(line));
    } catch (error) {
      // It would be no other the next time.
      if (signal.aborted || error instanceof UnreadableDocument) throw error;
      this.#say("the connection to the node broke; asking again");
    }
    await pause(PAUSE_MS, signal);
  }

  /** Asking twice is as good as asking once. @throws {AdminRefused} or {AdminUnreachable} once there is no hope. */
  async #persist<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    // From the first fault on, however long that took.
    let endsAtMs: number | undefined;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const retryAfterMs = signal.aborted ? undefined : this.#retryAfterMs(error);
        if (retryAfterMs === undefined) throw error;
        const nowMs = performance.now();
        const isFirst = endsAtMs === undefined;
        endsAtMs ??= nowMs + TRY_AGAIN_MS_MAX;
        if (nowMs + retryAfterMs > endsAtMs) throw error;
        if (isFirst) this.#say(`${(error as Error).message.replace(/\.$/, "")}; asking again`);
        await pause(Math.min(retryAfterMs, PAUSE_MS_MAX), signal);
      }
    }
  }

  #retryAfterMs(fault: unknown): number | undefined {
    if (fault instanceof AdminRefused) return fault.problem.retryAfterMs;
    return fault instanceof AdminUnreachable && this.#connection.hasAnswered ? PAUSE_MS : undefined;
  }
}

function receivedExecution(answer: ExecutionAnswer): ExecutionAnswer {
  const { operation } = answer;
  return { ...answer, operation: operation === null ? null : receivedOperation(operation) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(ended, ms);
    signal.addEventListener("abort", ended, { once: true });
    function ended(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", ended);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    }
  });
}
