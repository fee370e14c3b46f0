import type { SellingLine } from "../../../gateway/protocol/console-act.ts";
import type { HttpRoute } from "../../../gateway/server/http-router.ts";
import { jsonResponse } from "../../../gateway/server/responses.ts";
import type { SellingDesk } from "../../sale/selling-desk.ts";
import { AdminFault } from "./admin-problem.ts";
import { readRequest } from "./admin-request.ts";
import { OPERATION_STREAM_TYPE } from "./operation-stream.ts";
import { sellingPlanRequestSchema, sellingRequestSchema } from "./selling-request.ts";

const ASK_AGAIN_MS = 1_000;
const ENCODER = new TextEncoder();

/** The routes of `/v1/sales` and `/v1/selling`. Before it takes part in its cluster, a node has no desk. */
export function sellingRoutes(desk: () => SellingDesk | undefined): readonly HttpRoute[] {
  return [
    {
      method: "GET",
      path: "/v1/sales",
      handle: async () => jsonResponse(200, await openDesk(desk).sales()),
    },
    {
      method: "POST",
      path: "/v1/selling/plan",
      handle: async ({ request }) => {
        const { change } = await readRequest(request, sellingPlanRequestSchema);
        return jsonResponse(200, await openDesk(desk).plan(change));
      },
    },
    {
      method: "POST",
      path: "/v1/selling",
      handle: async ({ request }) => {
        const asked = await readRequest(request, sellingRequestSchema);
        return streamed(await openDesk(desk).change(asked));
      },
    },
  ];
}

function openDesk(desk: () => SellingDesk | undefined): SellingDesk {
  const open = desk();
  if (open !== undefined) return open;
  throw new AdminFault("unavailable", "This node is starting, and does not reach the products yet.", {
    retryAfterMs: ASK_AGAIN_MS,
  });
}

/** Lines of JSON. What they tell of goes on when nobody reads them any more. */
function streamed(lines: AsyncIterable<SellingLine>): Response {
  const reader = lines[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next: IteratorResult<SellingLine, undefined> = await reader.next();
      if (next.done === true) controller.close();
      else controller.enqueue(ENCODER.encode(`${JSON.stringify(next.value)}\n`));
    },
    cancel: async () => {
      await reader.return?.();
    },
  });
  return new Response(body, {
    headers: { "content-type": OPERATION_STREAM_TYPE, "cache-control": "no-store" },
  });
}
