import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import type { NodeDescription, ShardDescription } from "../../../engine/operator/cluster-description.ts";
import type { ClusterPlan } from "../../../engine/operator/cluster-plan.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import type { AdminProblem } from "../../admin/api/admin-problem.ts";
import type { ExecutionRequest } from "../../admin/api/admin-request.ts";
import type {
  ExecutionAnswer,
  NodesAnswer,
  OperationsAnswer,
  ShardsAnswer,
} from "../../admin/api/answers.ts";
import type { AdminAccess } from "./admin-options.ts";

// A coordinator that is gone has a successor within seconds.
const TRY_AGAIN_MS_MAX = 10_000;
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 5_000;

/** The admin API has answered with a problem. */
export class AdminRefused extends Error {
  override readonly name = "AdminRefused";
  readonly problem: AdminProblem;

  constructor(problem: AdminProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** No admin API can be reached, or not any longer. */
export class AdminUnreachable extends Error {
  override readonly name = "AdminUnreachable";
}

/** A change that is asked for under the id of the operation that it makes, so that it can be asked for again. */
export type Execution = ExecutionRequest & { readonly id: string };

/** The admin API of a node. What is not available at the moment is asked for again for ten seconds. */
export class AdminClient {
  readonly #access: AdminAccess;
  readonly #signal: AbortSignal;
  readonly #say: (line: string) => void;
  /** There was a node: one that cannot be reached now may be back soon. */
  #hasAnswered = false;

  /** `say` is told when something takes longer, and why; `signal` ends whatever is under way. */
  constructor(access: AdminAccess, signal: AbortSignal, say: (line: string) => void) {
    this.#access = access;
    this.#signal = signal;
    this.#say = say;
  }

  shards(node?: string): Promise<ShardsAnswer> {
    return this.#get(node === undefined ? "/v1/shards" : `/v1/shards?node=${encodeURIComponent(node)}`);
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

  operations(limit: number): Promise<OperationsAnswer> {
    return this.#get(`/v1/operations?limit=${limit}`);
  }

  operation(id: string): Promise<Operation> {
    return this.#get(`/v1/operations/${id}`);
  }

  plan(change: ClusterChange): Promise<ClusterPlan> {
    return this.#post("/v1/operations/plan", { change });
  }

  execute(execution: Execution): Promise<ExecutionAnswer> {
    return this.#post("/v1/operations", execution);
  }

  cancel(id: string, askedBy: string): Promise<ExecutionAnswer> {
    return this.#post(`/v1/operations/${id}/cancel`, { askedBy });
  }

  /** An operation as it is, and then each of its changes until it is over, also when the node that tells of them is gone for a while. */
  async *watch(id: string, signal = this.#signal): AsyncGenerator<Operation> {
    let revision = 0;
    for (;;) {
      for await (const operation of this.#lines(`/v1/operations/${id}/watch`, signal)) {
        if (operation.revision > revision) yield operation;
        revision = operation.revision;
        if (operation.endedAtMs !== null) return;
      }
    }
  }

  /** All operations that are not over, and then each change of any of them, without an end. */
  async *watchAll(): AsyncGenerator<Operation> {
    for (;;) yield* this.#lines("/v1/operations/watch", this.#signal);
  }

  #get<Answer>(path: string): Promise<Answer> {
    return this.#ask(path, { method: "GET" });
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
    const response = await this.#send(path, request, this.#signal);
    return (await response.json()) as Answer;
  }

  /** The lines of a stream, until it ends or breaks: the caller asks again. */
  async *#lines(path: string, signal: AbortSignal): AsyncGenerator<Operation> {
    const { body } = await this.#send(path, { method: "GET" }, signal);
    const decoder = new TextDecoder();
    let left = "";
    try {
      const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
      for await (const chunk of chunks) {
        const lines = (left + decoder.decode(chunk, { stream: true })).split("\n");
        left = lines.pop() ?? "";
        // Empty ones only say that the connection lasts.
        for (const line of lines) if (line !== "") yield JSON.parse(line) as Operation;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      this.#say("the connection to the node broke; asking again");
    }
    await pause(PAUSE_MS, signal);
  }

  /** Asking twice is as good as asking once. @throws {AdminRefused} or {AdminUnreachable} once there is no hope. */
  async #send(path: string, request: RequestInit, signal: AbortSignal): Promise<Response> {
    const endsAtMs = performance.now() + TRY_AGAIN_MS_MAX;
    let isSaid = false;
    for (;;) {
      const answer = await this.#try(path, request, signal);
      if (answer instanceof Response) return answer;
      const retryAfterMs = this.#retryAfterMs(answer);
      if (retryAfterMs === undefined || performance.now() + retryAfterMs > endsAtMs) throw answer;
      if (!isSaid) this.#say(`${answer.message.replace(/\.$/, "")}; asking again`);
      isSaid = true;
      await pause(Math.min(retryAfterMs, PAUSE_MS_MAX), signal);
    }
  }

  #retryAfterMs(fault: AdminRefused | AdminUnreachable): number | undefined {
    if (fault instanceof AdminRefused) return fault.problem.retryAfterMs;
    return this.#hasAnswered ? PAUSE_MS : undefined;
  }

  async #try(
    path: string,
    request: RequestInit,
    signal: AbortSignal,
  ): Promise<Response | AdminRefused | AdminUnreachable> {
    const { url, token } = this.#access;
    const headers = new Headers(request.headers);
    headers.set("Authorization", `Bearer ${token}`);
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, { ...request, headers, signal, redirect: "error" });
    } catch (error) {
      if (signal.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return new AdminUnreachable(`no node can be reached at ${url} (${reason})`, { cause: error });
    }
    const isOurs = response.headers.get("content-type")?.includes("json") === true;
    const body: unknown = response.ok || !isOurs ? undefined : await response.json().catch(() => undefined);
    if (!isOurs || !(response.ok || isProblem(body)))
      throw new AdminUnreachable(
        `${url} answers with status ${response.status}, and not as a node of Stampede does`,
      );
    this.#hasAnswered = true;
    return isProblem(body) ? new AdminRefused(body) : response;
  }
}

function isProblem(body: unknown): body is AdminProblem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
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
