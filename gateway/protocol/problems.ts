import type { Refusal } from "../../engine/contract/outcome.ts";
import { CLIENT_PROBLEMS, problemOfKind, type ProblemExtras, type ProblemKind } from "./client-problems.ts";
import type { Problem } from "./messages.ts";

/** Problems that the gateway itself tells of, by code. */
export const GATEWAY_PROBLEMS = {
  ...CLIENT_PROBLEMS,
  malformed_frame: { title: "The frame is not a JSON object", status: 400 },
  unknown_frame: { title: "This kind of frame does not exist", status: 400 },
  unknown_operation: { title: "This operation does not exist", status: 400 },
  hello_expected: { title: "The first frame must be hello", status: 400 },
  token_in_url: { title: "Tokens do not belong in addresses", status: 400 },
  key_missing: { title: "An idempotency key is needed", status: 400 },
  malformed_body: { title: "The body is not a JSON object", status: 400 },
  session_required: { title: "A session is needed", status: 401 },
  invalid_session: { title: "The session is not valid", status: 401 },
  session_expired: { title: "The session has expired", status: 401 },
  not_allowed: { title: "Not allowed", status: 403 },
  origin_not_allowed: { title: "This origin is not allowed", status: 403 },
  not_found: { title: "Nothing is here", status: 404 },
  unknown_order: { title: "No such order", status: 404 },
  method_not_allowed: { title: "This method is not allowed here", status: 405 },
  body_too_large: { title: "The body is too large", status: 413 },
  unsupported_media_type: { title: "The body must be JSON", status: 415 },
  upgrade_required: { title: "This address is for WebSockets", status: 426 },
  unknown_field: { title: "A field is not known", status: 422 },
  missing_field: { title: "A field is missing", status: 422 },
  invalid_field: { title: "A field has a wrong value", status: 422 },
  invalid_ticket: { title: "Not a ticket of this queue", status: 422 },
  turn_passed: { title: "The time to buy is over", status: 403 },
  too_many_channels: { title: "Too many channels are watched", status: 429 },
  internal: { title: "Something broke inside", status: 500 },
  unavailable: { title: "Not available at the moment", status: 503 },
  deadline_expired: { title: "The deadline passed before the command was started", status: 504 },
} as const satisfies Record<string, ProblemKind>;

/** The code of a problem that the gateway itself tells of. */
export type GatewayProblemCode = keyof typeof GATEWAY_PROBLEMS;

/** Refusals of the shop that are not a plain conflict (409), by code. Codes that begin with `invalid_` are 422. */
const SHOP_PROBLEMS: ReadonlyMap<string, ProblemKind> = new Map(
  Object.entries({
    payment_declined: { title: "The payment was declined", status: 402 },
    not_your_cart: { title: "Not your cart", status: 403 },
    unknown_sku: { title: "No such product", status: 404 },
    line_not_found: { title: "No such line", status: 404 },
    hold_not_found: { title: "The hold has ended", status: 404 },
    order_not_found: { title: "No such order", status: 404 },
    sale_not_found: { title: "Not in this sale", status: 404 },
    queue_not_found: { title: "No such waiting room", status: 404 },
    waiting_room: { title: "Not let in yet", status: 403 },
    queue_full: { title: "The waiting room is full", status: 503 },
    key_reused: { title: "The key was used for something else", status: 422 },
    internal_fault: { title: "Something broke inside", status: 500 },
    payment_timeout: { title: "The payment provider did not answer", status: 504 },
  }),
);

/** Makes a problem of the gateway. `detail` is one sentence for people. */
export function problem(code: GatewayProblemCode, detail: string, extras?: ProblemExtras): Problem {
  return problemOfKind(code, GATEWAY_PROBLEMS[code], detail, extras);
}

/** Shows an expected refusal as a problem; codes that are not in a table are conflicts (409) titled by their words. */
export function problemOf(refusal: Refusal): Problem {
  const { code, detail, ...extras } = refusal;
  return problemOfKind(code, problemKind(code), detail, extras);
}

/** Title and status of any problem code. */
export function problemKind(code: string): ProblemKind {
  const known = gatewayKind(code) ?? SHOP_PROBLEMS.get(code);
  return known ?? { title: titleOf(code), status: code.startsWith("invalid_") ? 422 : 409 };
}

function gatewayKind(code: string): ProblemKind | undefined {
  return Object.hasOwn(GATEWAY_PROBLEMS, code) ? GATEWAY_PROBLEMS[code as GatewayProblemCode] : undefined;
}

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
