import { isOriginAllowed } from "../auth/origin.ts";
import { securityHeaders } from "./responses.ts";

const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  ...securityHeaders(),
  "access-control-allow-methods": "GET, HEAD, POST, PATCH, DELETE",
  "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, traceparent",
  // Seconds; browsers keep it for two hours at most.
  "access-control-max-age": "7200",
};

/** What pages of other origins may do here, and how their browsers are told (Fetch standard, 3.3: the CORS protocol). */
export class CrossOrigin {
  readonly #allowed: ReadonlySet<string>;

  constructor(allowed: ReadonlySet<string>) {
    this.#allowed = allowed;
  }

  /** Whether a request may change something or open a socket. */
  mayChange(headers: Headers): boolean {
    return isOriginAllowed(headers.get("origin"), headers.get("host"), this.#allowed);
  }

  /** Answers what a browser asks before it sends a page's request; undefined for every other request. */
  preflight({ method, headers }: Request): Response | undefined {
    const isPreflight = method === "OPTIONS" && headers.has("access-control-request-method");
    return isPreflight && this.#isPageOfAllowed(headers)
      ? new Response(null, { status: 204, headers: PREFLIGHT_HEADERS })
      : undefined;
  }

  /** Lets the pages of allowed origins read a response, and no others. */
  share({ headers }: Request, response: Response): Response {
    if (this.#allowed.size === 0) return response;
    // A cache must not show one origin's answer to another.
    response.headers.append("vary", "Origin");
    if (!this.#isPageOfAllowed(headers)) return response;
    response.headers.set("access-control-allow-origin", headers.get("origin") ?? "");
    response.headers.set("access-control-allow-credentials", "true");
    response.headers.set("access-control-expose-headers", "Retry-After");
    return response;
  }

  #isPageOfAllowed(headers: Headers): boolean {
    return this.#allowed.has(headers.get("origin") ?? "");
  }
}
