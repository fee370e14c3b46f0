import type { Precheck } from "../../../engine/operator/cluster-change.ts";
import type { Problem } from "../../../gateway/protocol/messages.ts";

/** Problems that the admin API tells of, by code. */
const ADMIN_PROBLEMS = {
  malformed_body: { title: "The body is not a JSON object", status: 400 },
  invalid_parameter: { title: "A parameter has a wrong value", status: 400 },
  unauthenticated: { title: "An operator's token is needed", status: 401 },
  not_found: { title: "Nothing is here", status: 404 },
  unknown_shard: { title: "No such shard", status: 404 },
  unknown_node: { title: "No such node", status: 404 },
  unknown_operation: { title: "No such operation", status: 404 },
  unknown_endpoint: { title: "No such endpoint", status: 404 },
  unknown_product: { title: "No such product or sale", status: 404 },
  unknown_event: { title: "No such event", status: 404 },
  method_not_allowed: { title: "This method is not allowed here", status: 405 },
  plan_changed: { title: "Things are not as they were when it was planned", status: 409 },
  id_taken: { title: "Something else has this id", status: 409 },
  body_too_large: { title: "The body is too large", status: 413 },
  unsupported_media_type: { title: "The body must be JSON", status: 415 },
  invalid_field: { title: "A field has a wrong value", status: 422 },
  precheck_refused: { title: "Refused before anything was changed", status: 422 },
  too_many_watches: { title: "Too many watch already", status: 429 },
  too_many_changes: { title: "Too many changes are under way", status: 429 },
  unavailable: { title: "Not available at the moment", status: 503 },
  no_coordinator: { title: "No node coordinates at the moment", status: 503 },
} as const satisfies Record<string, { readonly title: string; readonly status: number }>;

/** The code of a problem of the admin API. */
export type AdminProblemCode = keyof typeof ADMIN_PROBLEMS;

/** A problem as the admin API sends it, in the form of RFC 9457. */
export interface AdminProblem extends Problem {
  readonly code: AdminProblemCode;
  /** With `precheck_refused`: all that stands against the change. */
  readonly prechecks?: readonly Precheck[];
}

/** Where a problem differs from its kind. */
export type AdminProblemExtras = Partial<Pick<AdminProblem, "field" | "retryAfterMs" | "prechecks">>;

/** Makes a problem. `detail` is one sentence for people. */
export function adminProblem(
  code: AdminProblemCode,
  detail: string,
  extras?: AdminProblemExtras,
): AdminProblem {
  return { type: `/problems/${code}`, ...ADMIN_PROBLEMS[code], code, detail, ...extras };
}

/** A request that ends in a problem. */
export class AdminFault extends Error {
  override readonly name = "AdminFault";
  readonly problem: AdminProblem;

  constructor(code: AdminProblemCode, detail: string, extras?: AdminProblemExtras) {
    super(detail);
    this.problem = adminProblem(code, detail, extras);
  }
}
