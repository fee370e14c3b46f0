import type { Operation } from "../../../../engine/ports/operation-store.ts";
import { adminProblem } from "../../../admin/api/admin-problem.ts";

const ENCODER = new TextEncoder();

/** An operation that is not over unless told otherwise. */
export function operationOf(id: string, changes: Partial<Operation> = {}): Operation {
  return {
    id: `00000000-0000-7000-8000-${id.padStart(12, "0")}`,
    kind: "move",
    status: "running",
    askedBy: "anna",
    revision: 1,
    createdAtMs: 1,
    updatedAtMs: 1,
    endedAtMs: null,
    stepsDone: 0,
    stepsTotal: 1,
    placementVersion: null,
    documentVersion: 1,
    request: {},
    plan: null,
    state: null,
    result: null,
    ...changes,
  };
}

/** An answer with lines of JSON; `stays` leaves it open. */
export function linesOf(operations: readonly Operation[], stays = false): Response {
  const text = operations.map((operation) => `${JSON.stringify(operation)}\n`).join("");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(ENCODER.encode(`\n${text}`));
      if (!stays) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
}

/** The answer of a node that finds nobody who coordinates. */
export function nobodyCoordinates(): Response {
  const problem = adminProblem("no_coordinator", "Nobody coordinates.", { retryAfterMs: 500 });
  return Response.json(problem, { status: 503 });
}

/** A node that never answers. */
export function never(): Promise<Response> {
  return new Promise(() => undefined);
}

/** The admin listener of a node that answers by the path as it is told. */
export class ScriptedNode {
  readonly asked: string[] = [];
  readonly #server: Bun.Server<undefined>;

  constructor(answer: (path: string) => Response | Promise<Response>) {
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: ({ url }) => {
        const { pathname, search } = new URL(url);
        this.asked.push(`${pathname}${search}`);
        return answer(pathname);
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }
}
