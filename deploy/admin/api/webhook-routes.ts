import type { HttpCall, HttpRoute } from "../../../gateway/server/http-router.ts";
import { jsonResponse } from "../../../gateway/server/responses.ts";
import type { EndpointsAnswer, FailedEventsAnswer } from "../../webhooks/endpoint-answers.ts";
import type { WebhookDesk } from "../../webhooks/webhook-desk.ts";
import { FAILED_SHOWN_MAX } from "./admin-limits.ts";
import { AdminFault } from "./admin-problem.ts";
import { readRequest } from "./admin-request.ts";
import {
  addEndpointSchema,
  changeEndpointSchema,
  replaySchema,
  rotateSecretSchema,
} from "./webhook-request.ts";

const FAILED_SHOWN = 20;
const ASK_AGAIN_MS = 1_000;

type Answer = (desk: WebhookDesk, call: HttpCall, endpoint: string) => Promise<Response>;

/** The routes of `/v1/webhooks`. Before its database is open a node has no desk. */
export function webhookRoutes(desk: () => WebhookDesk | undefined): readonly HttpRoute[] {
  const route = (method: HttpRoute["method"], path: string, answer: Answer): HttpRoute => ({
    method,
    path: `/v1/webhooks${path}`,
    handle: (call) => answer(openDesk(desk), call, call.parameters["endpoint"] ?? ""),
  });
  return [
    route("GET", "", async (open) =>
      jsonResponse(200, { endpoints: await open.list() } satisfies EndpointsAnswer),
    ),
    route("POST", "", async (open, { request }) => {
      const answer = await open.add(await readRequest(request, addEndpointSchema));
      return jsonResponse(answer.isChanged ? 201 : 200, answer);
    }),
    route("GET", "/:endpoint", async (open, _call, endpoint) => jsonResponse(200, await open.show(endpoint))),
    route("DELETE", "/:endpoint", async (open, { url }, endpoint) =>
      jsonResponse(200, await open.remove(endpoint, isDryRun(url))),
    ),
    route("POST", "/:endpoint/test", async (open, _call, endpoint) =>
      jsonResponse(200, await open.test(endpoint)),
    ),
    route("POST", "/:endpoint/pause", async (open, { request }, endpoint) => {
      const { dryRun } = await readRequest(request, changeEndpointSchema);
      return jsonResponse(200, await open.pause(endpoint, dryRun));
    }),
    route("POST", "/:endpoint/resume", async (open, { request }, endpoint) => {
      const { dryRun } = await readRequest(request, changeEndpointSchema);
      return jsonResponse(200, await open.resume(endpoint, dryRun));
    }),
    route("POST", "/:endpoint/rotate-secret", async (open, { request }, endpoint) =>
      jsonResponse(200, await open.rotateSecret(endpoint, await readRequest(request, rotateSecretSchema))),
    ),
    route("GET", "/:endpoint/failed", async (open, { url }, endpoint) =>
      jsonResponse(200, {
        failed: await open.failed(endpoint, limitOf(url)),
      } satisfies FailedEventsAnswer),
    ),
    route("POST", "/:endpoint/replay", async (open, { request }, endpoint) =>
      jsonResponse(200, await open.replay(endpoint, await readRequest(request, replaySchema))),
    ),
  ];
}

function openDesk(desk: () => WebhookDesk | undefined): WebhookDesk {
  const open = desk();
  if (open !== undefined) return open;
  throw new AdminFault("unavailable", "This node has not opened its database yet.", {
    retryAfterMs: ASK_AGAIN_MS,
  });
}

function isDryRun(url: URL): boolean {
  const text = url.searchParams.get("dryRun") ?? "false";
  if (text === "true" || text === "false") return text === "true";
  throw new AdminFault("invalid_parameter", "dryRun must be true or false.", { field: "dryRun" });
}

function limitOf(url: URL): number {
  const text = url.searchParams.get("limit") ?? String(FAILED_SHOWN);
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= FAILED_SHOWN_MAX) return limit;
  const detail = `limit must be a whole number from 1 to ${FAILED_SHOWN_MAX}.`;
  throw new AdminFault("invalid_parameter", detail, { field: "limit" });
}
