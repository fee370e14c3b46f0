import { cookieToken, tokenParameter } from "../auth/credentials.ts";
import { SOCKET_PATH, SUBPROTOCOL } from "../protocol/messages.ts";
import type { Problem } from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";
import type { Assets } from "./assets.ts";
import type { Conversation } from "./conversation.ts";
import type { Counters } from "./counters.ts";
import type { CrossOrigin } from "./cross-origin.ts";
import type { FrontPages } from "./front-pages.ts";
import type { HttpRouter } from "./http-router.ts";
import type { HttpSessions } from "./http-session.ts";
import { problemResponse } from "./responses.ts";

/** What belongs to one socket. */
export interface SocketData {
  /** The session token of the upgrade's cookie. */
  readonly cookie: string | undefined;
  conversation: Conversation | undefined;
}

/** What requests are led to. */
export interface ReceptionOptions {
  readonly router: HttpRouter;
  readonly assets: Assets;
  /** Pages that are drawn for who asks; where there are none, or not now, `assets` has one for all. */
  readonly pages: FrontPages | undefined;
  readonly sessions: HttpSessions;
  readonly crossOrigin: CrossOrigin;
  /** Whether another socket may be opened. */
  readonly hasRoom: () => boolean;
  readonly counters: Counters;
}

const RETRY_AFTER_MS = 1_000;
// 400 is what HTTP asks for (RFC 9112, 3.2).
const NO_HOST: Problem = {
  ...problem("invalid_field", "The Host header does not name a host.", { field: "Host" }),
  status: 400,
};

/** Where every request comes in: refuses what must not, and leads the rest to a socket, a file or the HTTP mirror. */
export class Reception {
  readonly #options: ReceptionOptions;
  #isClosed = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** From now on no socket is opened. */
  close(): void {
    this.#isClosed = true;
  }

  /** Answers a request; undefined when it became a socket. */
  async receive(request: Request, server: Bun.Server<SocketData>): Promise<Response | undefined> {
    // HTTP/1.0 names no host.
    const url = URL.parse(request.url, "http://localhost");
    if (url === null) return this.#counted(problemResponse(NO_HOST));
    const isSocket = url.pathname === SOCKET_PATH;
    const refusal = this.#refusal(request, url, isSocket);
    if (isSocket) {
      const reason = refusal ?? this.#upgrade(request, server);
      if (reason === undefined) return undefined;
      this.#options.counters.add("sockets_refused", reason.code);
      return this.#counted(problemResponse(reason));
    }
    const response = refusal === undefined ? await this.#respond(request, url) : problemResponse(refusal);
    return this.#counted(this.#options.crossOrigin.share(request, response));
  }

  #refusal(request: Request, url: URL, isSocket: boolean): Problem | undefined {
    const parameter = tokenParameter(url.searchParams);
    if (parameter !== undefined) {
      const detail = `${parameter} does not belong in an address: use the cookie, a header or hello.`;
      return problem("token_in_url", detail, { field: parameter });
    }
    if (isReading(request) && !isSocket) return undefined;
    return this.#options.crossOrigin.mayChange(request.headers)
      ? undefined
      : problem("origin_not_allowed", "Pages of this origin may not use the shop.", { field: "Origin" });
  }

  #upgrade(request: Request, server: Bun.Server<SocketData>): Problem | undefined {
    if (this.#isClosed || !this.#options.hasRoom()) {
      return problem("unavailable", "This gateway takes no more sockets at the moment.", {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    const offered = request.headers.get("sec-websocket-protocol");
    if (offered !== null && !offered.split(",").some((name) => name.trim() === SUBPROTOCOL)) {
      return problem("upgrade_required", `The subprotocol must be ${SUBPROTOCOL}.`, {
        field: "Sec-WebSocket-Protocol",
      });
    }
    const upgraded = server.upgrade(request, {
      data: { cookie: cookieToken(request.headers), conversation: undefined },
      ...(offered === null ? {} : { headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL } }),
    });
    return upgraded ? undefined : problem("upgrade_required", "Open a WebSocket here.");
  }

  async #respond(request: Request, url: URL): Promise<Response> {
    const { assets, pages, router, crossOrigin } = this.#options;
    const preflight = crossOrigin.preflight(request);
    if (preflight !== undefined) return preflight;
    const response = (await pages?.respond(request, url)) ?? assets.respond(url.pathname, request);
    if (response === undefined) {
      const missing = router.has(url) ? undefined : assets.respondMissing(request);
      return missing ?? router.respond(request, url);
    }
    if (assets.isPage(url.pathname) && isReading(request)) await this.#welcome(request, response);
    return response;
  }

  /** Gives visitors of a page their session, so that its scripts never need to see one. */
  async #welcome(request: Request, response: Response): Promise<void> {
    // A cache on the way that kept the page would give the session of its visitor to others.
    response.headers.append("cache-control", "private");
    const found = await this.#options.sessions.find(request.headers);
    if (found.type === "invalid") return;
    const { setCookie } = await this.#options.sessions.welcome(found);
    if (setCookie !== undefined) response.headers.append("set-cookie", setCookie);
  }

  #counted(response: Response): Response {
    this.#options.counters.add("http_responses", String(response.status));
    return response;
  }
}

function isReading({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}
