import { isSameRequest, otherRequestText } from "../../../engine/operator/same-request.ts";
import type { Clock } from "../../../engine/ports/clock.ts";
import { ForwardClock } from "../../../engine/ports/forward-clock.ts";
import type { Entropy } from "../../../engine/ports/entropy.ts";
import type { Log, LogFields } from "../../../engine/ports/log.ts";
import { isOperationOver, type Operation } from "../../../engine/ports/operation-store.ts";
import { isNodeName } from "../../../engine/routing/lane-place.ts";
import { HttpRouter, type HttpCall, type HttpRoute } from "../../../gateway/server/http-router.ts";
import { jsonResponse, problemResponse } from "../../../gateway/server/responses.ts";
import type { ConsoleStreams } from "../../console/console-stream.ts";
import type { MetricSample } from "../metric-sample.ts";
import { OPERATIONS_SHOWN_MAX } from "./admin-limits.ts";
import { AdminFault, adminProblem } from "./admin-problem.ts";
import {
  cancellationRequestSchema,
  executionRequestSchema,
  planRequestSchema,
  readRequest,
  type ExecutionRequest,
} from "./admin-request.ts";
import { AdminToken } from "./admin-token.ts";
import type { ExecutionAnswer, OperationsAnswer, ShardsAnswer } from "./answers.ts";
import { changeFields } from "./change-fields.ts";
import { ClusterQuestions, type ReplyOf } from "./cluster-questions.ts";
import type { SellingDesk } from "../../sale/selling-desk.ts";
import type { WebhookDesk } from "../../webhooks/webhook-desk.ts";
import type { OperatorAccess } from "./operator-access.ts";
import { OPERATION_STREAM_TYPE, OperationStream } from "./operation-stream.ts";
import { sellingRoutes } from "./selling-routes.ts";
import { webhookRoutes } from "./webhook-routes.ts";

const OPERATIONS_SHOWN = 20;
const WATCHES_MAX = 64;
const ASK_AGAIN_MS = 1_000;
const REFUSAL_LOG_EVERY_MS = 1_000;

/** What operators' tools work with. */
export interface AdminApiDependencies {
  readonly operator: OperatorAccess;
  /** What operators watch in a browser; without it nothing is there. */
  readonly console?: Pick<ConsoleStreams, "respond">;
  /** Undefined before the node takes part in its cluster. */
  readonly selling: () => SellingDesk | undefined;
  /** Undefined before the database is open. */
  readonly webhooks: () => WebhookDesk | undefined;
  /** Whoever has it may change everything. */
  readonly token: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
}

/** Shards, nodes, operations, selling and webhooks of the cluster for operators who have the token. Any node answers for the whole cluster. */
export class AdminApi {
  readonly #dependencies: AdminApiDependencies;
  readonly #cluster: ClusterQuestions;
  readonly #token: AdminToken;
  readonly #router: HttpRouter;
  readonly #stream: OperationStream;
  #watches = 0;
  #refused = 0;
  #refusalLoggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(dependencies: AdminApiDependencies) {
    const { token, operator, clock, console } = dependencies;
    this.#dependencies = { ...dependencies, clock: new ForwardClock(clock) };
    this.#cluster = new ClusterQuestions(operator);
    this.#token = new AdminToken(token);
    this.#stream = new OperationStream(operator, clock);
    const consoleRoutes: readonly HttpRoute[] =
      console === undefined
        ? []
        : [{ method: "GET", path: "/v1/console", handle: async () => console.respond() }];
    this.#router = new HttpRouter([
      ...consoleRoutes,
      { method: "GET", path: "/v1/shards", handle: (call) => this.#shards(call) },
      { method: "GET", path: "/v1/shards/:shard", handle: (call) => this.#shard(call) },
      { method: "GET", path: "/v1/nodes", handle: () => this.#nodes() },
      { method: "GET", path: "/v1/nodes/:node", handle: (call) => this.#node(call) },
      { method: "GET", path: "/v1/operations", handle: (call) => this.#operations(call) },
      { method: "POST", path: "/v1/operations", handle: (call) => this.#execute(call) },
      { method: "POST", path: "/v1/operations/plan", handle: (call) => this.#plan(call) },
      { method: "GET", path: "/v1/operations/watch", handle: (call) => this.#watchAll(call) },
      { method: "GET", path: "/v1/operations/:operation", handle: (call) => this.#operation(call) },
      { method: "GET", path: "/v1/operations/:operation/watch", handle: (call) => this.#watchOne(call) },
      { method: "POST", path: "/v1/operations/:operation/cancel", handle: (call) => this.#cancel(call) },
      ...sellingRoutes(dependencies.selling),
      ...webhookRoutes(dependencies.webhooks),
    ]);
  }

  /** Answers every request, also those that are not as they should be. */
  async respond(request: Request, url: URL): Promise<Response> {
    if (!this.#token.admits(request.headers)) return this.#refuse();
    try {
      return await this.#router.respond(request, url);
    } catch (error) {
      if (error instanceof AdminFault) return problemResponse(error.problem);
      this.#dependencies.log.error({ err: error, path: url.pathname }, "an operator could not be answered");
      const detail = "This node cannot read what the cluster has stored at the moment; its log says why.";
      return problemResponse(adminProblem("unavailable", detail, { retryAfterMs: ASK_AGAIN_MS }));
    }
  }

  metrics(): readonly MetricSample[] {
    return [
      {
        type: "counter",
        name: "stampede_admin_refused_total",
        help: "Requests of the admin API without its token.",
        labels: {},
        value: this.#refused,
      },
    ];
  }

  /** Counts all of them, and logs one per second. */
  #refuse(): Response {
    const { clock, log } = this.#dependencies;
    this.#refused += 1;
    const nowMs = clock.nowMs();
    if (nowMs - this.#refusalLoggedAtMs >= REFUSAL_LOG_EVERY_MS) {
      this.#refusalLoggedAtMs = nowMs;
      log.warn({ refused: this.#refused }, "somebody without the token asked for the admin API");
    }
    const detail = "The Authorization header must be Bearer with this cluster's admin token.";
    return problemResponse(adminProblem("unauthenticated", detail, { field: "Authorization" }), {
      "www-authenticate": "Bearer",
    });
  }

  async #shards({ url }: HttpCall): Promise<Response> {
    const node = url.searchParams.get("node");
    if (node !== null && !isNodeName(node))
      throw new AdminFault("invalid_parameter", "node must be the name of a node.", { field: "node" });
    const { shards, ...rest } = await this.#cluster.shards();
    const shown = node === null ? shards : shards.filter(({ place }) => place?.node === node);
    if (node !== null && shown.length === 0) await this.#cluster.node(node, { field: "node" });
    return jsonResponse(200, { ...rest, shards: shown } satisfies ShardsAnswer);
  }

  async #shard({ parameters }: HttpCall): Promise<Response> {
    const { shards } = await this.#cluster.shards();
    const text = parameters["shard"] ?? "";
    const found = shards.find(({ shard }) => String(shard) === text);
    if (found === undefined)
      throw new AdminFault("unknown_shard", `The shards are numbered from 0 to ${shards.length - 1}.`);
    return jsonResponse(200, found);
  }

  async #nodes(): Promise<Response> {
    return jsonResponse(200, await this.#cluster.nodes());
  }

  async #node({ parameters }: HttpCall): Promise<Response> {
    return jsonResponse(200, await this.#cluster.node(parameters["node"] ?? ""));
  }

  async #operations({ url }: HttpCall): Promise<Response> {
    const text = url.searchParams.get("limit") ?? String(OPERATIONS_SHOWN);
    const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    if (limit < 1 || limit > OPERATIONS_SHOWN_MAX) {
      const detail = `limit must be a whole number from 1 to ${OPERATIONS_SHOWN_MAX}.`;
      throw new AdminFault("invalid_parameter", detail, { field: "limit" });
    }
    const operations = await this.#dependencies.operator.operations(limit);
    return jsonResponse(200, { operations } satisfies OperationsAnswer);
  }

  async #operation({ parameters }: HttpCall): Promise<Response> {
    return jsonResponse(200, await this.#cluster.operation(parameters["operation"] ?? ""));
  }

  async #plan({ request }: HttpCall): Promise<Response> {
    const { change } = await readRequest(request, planRequestSchema);
    return jsonResponse(200, await this.#cluster.plan(change));
  }

  async #execute({ request }: HttpCall): Promise<Response> {
    const asked = await readRequest(request, executionRequestSchema);
    const { operator, entropy, log } = this.#dependencies;
    const id = asked.id ?? entropy.uuid();
    const begun = asked.id === undefined ? undefined : await operator.operation(id);
    if (begun !== undefined && !isSameRequest(begun, asked.change, asked.askedBy))
      throw new AdminFault("id_taken", otherRequestText(begun), { field: "change" });
    if (begun !== undefined) return executed(begun);
    const { change, askedBy } = asked;
    const wanted = changeFields(change);
    const reply = await this.#asked({ ...wanted, askedBy }, async () => {
      const planId = await this.#requiredPlan(asked);
      return this.#cluster.order({ type: "Execute", change, id, askedBy, planId });
    });
    log.info({ ...wanted, status: reply.type, operation: id }, "an operator wants a change");
    return executionOf(reply);
  }

  /** What is refused leaves no operation that names who has asked: the log does. */
  async #asked<Reply>(fields: LogFields, ask: () => Promise<Reply>): Promise<Reply> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof AdminFault)
        this.#dependencies.log.info(
          { ...fields, code: error.problem.code },
          "an operator was refused a change",
        );
      throw error;
    }
  }

  /** The plan that has to be unchanged; null for whatever has to be done now. */
  async #requiredPlan({ change, planId, ifVersion }: ExecutionRequest): Promise<string | null> {
    if (ifVersion === undefined) return planId ?? null;
    const plan = await this.#cluster.plan(change);
    if (plan.version !== ifVersion) {
      const detail = `Nothing was changed: the placement has version ${plan.version} by now, not ${ifVersion}.`;
      throw new AdminFault("plan_changed", detail, { field: "ifVersion" });
    }
    return planId ?? plan.id;
  }

  async #cancel({ request, parameters }: HttpCall): Promise<Response> {
    const { askedBy } = await readRequest(request, cancellationRequestSchema);
    const { id } = await this.#cluster.operation(parameters["operation"] ?? "");
    const wanted = { kind: "Cancel", operation: id };
    const reply = await this.#asked({ ...wanted, askedBy }, () =>
      this.#cluster.order({ type: "Cancel", operation: id, askedBy }),
    );
    this.#dependencies.log.info({ ...wanted, status: reply.type }, "an operator wants an operation to end");
    return executionOf(reply);
  }

  async #watchAll({ url }: HttpCall): Promise<Response> {
    const withEnded = url.searchParams.get("ended") ?? "false";
    if (withEnded !== "true" && withEnded !== "false")
      throw new AdminFault("invalid_parameter", "ended must be true or false.", { field: "ended" });
    return this.#watch((ended) => this.#stream.all(ended, withEnded === "true"));
  }

  async #watchOne({ parameters }: HttpCall): Promise<Response> {
    const { id } = await this.#cluster.operation(parameters["operation"] ?? "");
    return this.#watch((ended) => this.#stream.one(id, ended));
  }

  #watch(open: (ended: () => void) => ReadableStream<Uint8Array>): Response {
    if (this.#watches >= WATCHES_MAX) {
      const detail = `At most ${WATCHES_MAX} may watch at one node.`;
      throw new AdminFault("too_many_watches", detail, { retryAfterMs: ASK_AGAIN_MS });
    }
    this.#watches += 1;
    const end = once(() => void (this.#watches -= 1));
    return new Response(open(end), {
      headers: { "content-type": OPERATION_STREAM_TYPE, "cache-control": "no-store" },
    });
  }
}

function executionOf(reply: ReplyOf<"Begun" | "Nothing">): Response {
  if (reply.type === "Begun") return executed(reply.operation);
  return jsonResponse(200, { operation: null, detail: reply.detail } satisfies ExecutionAnswer);
}

function executed(operation: Operation): Response {
  const status = isOperationOver(operation.status) ? 200 : 202;
  return jsonResponse(status, { operation, detail: null } satisfies ExecutionAnswer);
}

function once(task: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) task();
    isDone = true;
  };
}
