import type { Problem } from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  // Own scripts and styles only; the socket is of the same origin. Elements may be styled by script, not by attribute.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

// What HTTP wants to be said with a status (RFC 9110, 11.6.1 and 15.5.22).
const HEADERS_OF_STATUS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { "www-authenticate": "Bearer" },
  426: { upgrade: "websocket", connection: "Upgrade" },
};

/** Headers of every response. */
export function securityHeaders(): Readonly<Record<string, string>> {
  return SECURITY_HEADERS;
}

/** A JSON response; private to its caller and not stored. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers?: Readonly<Record<string, string>>,
): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: {
      ...SECURITY_HEADERS,
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

/** A problem as a response, in the form of RFC 9457. */
export function problemResponse(reason: Problem, headers?: Readonly<Record<string, string>>): Response {
  const retry =
    reason.retryAfterMs === undefined
      ? undefined
      : { "retry-after": String(Math.max(1, Math.ceil(reason.retryAfterMs / 1000))) };
  return jsonResponse(reason.status, reason, {
    "content-type": "application/problem+json; charset=utf-8",
    ...HEADERS_OF_STATUS[reason.status],
    ...retry,
    ...headers,
  });
}

/** The answer to a method that an address does not take; HEAD goes with GET. */
export function wrongMethodResponse(methods: readonly string[]): Response {
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return problemResponse(problem("method_not_allowed", `Here only ${allow} is possible.`), { allow });
}
