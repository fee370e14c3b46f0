import { parseActorId } from "../../engine/contract/address.ts";
import type { Tenant } from "../../engine/contract/address.ts";
import type { Catalogue } from "../../engine/ports/catalogue.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import { ForwardClock } from "../../engine/ports/forward-clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { kinds } from "../../actors/mail.ts";
import type { CartView } from "../../actors/cart/messages.ts";
import type { Session } from "../auth/session.ts";
import {
  isPlainText,
  OFFSET_MAX,
  PAGE_LENGTH,
  PAGE_LENGTH_MAX,
  SEARCH_LENGTH_MAX,
} from "../protocol/bounds.ts";
import type { Problem } from "../protocol/messages.ts";
import { RETRYABLE_CODES } from "../protocol/client-problems.ts";
import { HTTP_COMMANDS, HTTP_READS, type HttpCommandRoute } from "../protocol/http-routes.ts";
import { problem, problemKind, problemOf } from "../protocol/problems.ts";
import { REFUSAL_CODES } from "../protocol/refusal-codes.ts";
import type { ProblemDescriptionView, SessionView } from "../protocol/views.ts";
import { queueNotFound } from "../queues/queues.ts";
import { cartAddress, orderAddress } from "./addresses.ts";
import { unknownOrder } from "./admission.ts";
import type { CommandDesk } from "./command-desk.ts";
import { carryOut } from "./http-commands.ts";
import type { HttpCall, HttpRoute } from "./http-router.ts";
import type { HttpSessions } from "./http-session.ts";
import { jsonResponse, problemResponse } from "./responses.ts";

const UNAVAILABLE_LOG_EVERY_MS = 5_000;

/** What the HTTP mirror answers from. */
export interface HttpApiOptions {
  readonly desk: CommandDesk;
  readonly dispatcher: Dispatcher;
  readonly catalogue: Catalogue;
  readonly sessions: HttpSessions;
  readonly clock: Clock;
  readonly log: Log;
  readonly tenant: Tenant;
  readonly shopId: string;
  readonly bodyBytesMax: number;
}

/** The HTTP mirror of the socket's operations and channels, and the catalogue. */
export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #logClock: Clock;
  #unavailable = 0;
  #unavailableLoggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#logClock = new ForwardClock(options.clock);
  }

  routes(): readonly HttpRoute[] {
    return [
      read(HTTP_READS.search, (call) => this.#whenAvailable(this.#search(call))),
      read(HTTP_READS.product, (call) => this.#whenAvailable(this.#product(call))),
      read(HTTP_READS.session, (call) => this.#session(call)),
      read(HTTP_READS.cart, (call) => this.#whenAvailable(this.#cart(call))),
      read(HTTP_READS.order, (call) => this.#whenAvailable(this.#order(call))),
      read(HTTP_READS.queue, (call) => this.#whenAvailable(this.#queue(call))),
      read(HTTP_READS.problem, describeProblem),
      ...HTTP_COMMANDS.map((command) => this.#command(command)),
    ];
  }

  async #search({ url }: HttpCall): Promise<Response> {
    const words = url.searchParams.get("q") ?? "";
    const category = url.searchParams.get("category") ?? "";
    const offset = wholeNumberOf(url.searchParams.get("offset"), 0);
    const limit = wholeNumberOf(url.searchParams.get("limit"), PAGE_LENGTH);
    if (!isSearchText(words)) return wrongParameter("q", `a text of at most ${SEARCH_LENGTH_MAX} characters`);
    if (!isSearchText(category)) return wrongParameter("category", "the name of a category");
    if (!(offset >= 0 && offset <= OFFSET_MAX)) {
      return wrongParameter("offset", `a whole number from 0 to ${OFFSET_MAX}`);
    }
    if (!(limit >= 1 && limit <= PAGE_LENGTH_MAX)) {
      return wrongParameter("limit", `a whole number from 1 to ${PAGE_LENGTH_MAX}`);
    }
    const page = await this.#options.catalogue.search({
      tenant: this.#options.tenant,
      offset,
      limit,
      ...(words.trim() === "" ? {} : { words: words.trim() }),
      ...(category === "" ? {} : { category }),
    });
    return jsonResponse(200, page, { "cache-control": "public, max-age=1" });
  }

  async #product({ parameters }: HttpCall): Promise<Response> {
    const sku = parseActorId(parameters["sku"] ?? "");
    const entry = sku && (await this.#options.catalogue.find(this.#options.tenant, sku));
    if (entry === undefined) return problemResponse(problem("not_found", "There is no such product."));
    return jsonResponse(200, entry, { "cache-control": "public, max-age=1" });
  }

  async #session({ request }: HttpCall): Promise<Response> {
    const found = await this.#options.sessions.find(request.headers);
    if (found.type === "invalid") return problemResponse(found.problem);
    const { session, setCookie } = await this.#options.sessions.welcome(found);
    const { role, customer, cart, expiresAtMs } = session;
    const { shopId, clock } = this.#options;
    const times = { sessionExpiresAtMs: expiresAtMs, serverTimeMs: clock.nowMs() };
    const view: SessionView = { role, customer, cart, shop: shopId, ...times };
    return jsonResponse(200, view, setCookie === undefined ? undefined : { "set-cookie": setCookie });
  }

  #cart(call: HttpCall): Promise<Response> {
    return this.#withSession(call, async (session) => {
      const { view } = await this.#options.dispatcher.read(cartAddress(session, undefined));
      return jsonResponse(200, view ?? emptyCart(session));
    });
  }

  #order(call: HttpCall): Promise<Response> {
    return this.#withSession(call, async (session) => {
      const order = parseActorId(call.parameters["order"] ?? "");
      const address = order && orderAddress(session, order);
      if (address === undefined) return problemResponse(unknownOrder());
      const { view } = await this.#options.dispatcher.read(address);
      return view === null ? problemResponse(unknownOrder()) : jsonResponse(200, view);
    });
  }

  async #queue({ parameters }: HttpCall): Promise<Response> {
    const { tenant, dispatcher } = this.#options;
    const id = parseActorId(parameters["sale"] ?? "");
    const found = id && (await dispatcher.read({ tenant, kind: kinds.queue, id }));
    const view = found?.view ?? null;
    if (view === null) return problemResponse(problemOf(queueNotFound(id)));
    return jsonResponse(200, view, { "cache-control": "public, max-age=1" });
  }

  #command({ method, path, operation, hasBody, status }: HttpCommandRoute): HttpRoute {
    const handle = (call: HttpCall) =>
      this.#withSession(call, async (session) => {
        const { line, ...others } = call.parameters;
        const bound = line === undefined ? others : { ...others, line: wholeNumberOf(line, 0) };
        const command = { request: call.request, operation, bound, hasBody };
        const result = await carryOut(this.#options.desk, session, command, this.#options.bodyBytesMax);
        if (!result.ok) return problemResponse(result.problem);
        return jsonResponse(status, result.value);
      });
    return { method, path, handle };
  }

  async #withSession(
    { request }: HttpCall,
    handle: (session: Session) => Promise<Response>,
  ): Promise<Response> {
    const found = await this.#options.sessions.find(request.headers);
    switch (found.type) {
      case "invalid":
        return problemResponse(found.problem);
      case "none":
        return problemResponse(
          problem("session_required", "GET /v1/session first: it sets the cookie that names your cart."),
        );
      case "found":
        return handle(found.session);
    }
  }

  /** The answer, or a problem that says when to ask again: nobody who knows it can answer. */
  async #whenAvailable(answer: Promise<Response>): Promise<Response> {
    try {
      return await answer;
    } catch (err) {
      if (!(err instanceof Unavailable)) throw err;
      this.#logUnavailable(err);
      const detail = "What was asked for is not available at the moment; ask again.";
      return problemResponse(problem("unavailable", detail, { retryAfterMs: err.retryAfterMs }));
    }
  }

  /** Counts all of them, and logs one in a while: a crowd asks again and again. */
  #logUnavailable(err: Unavailable): void {
    this.#unavailable += 1;
    const nowMs = this.#logClock.nowMs();
    if (nowMs - this.#unavailableLoggedAtMs < UNAVAILABLE_LOG_EVERY_MS) return;
    this.#unavailableLoggedAtMs = nowMs;
    this.#options.log.warn({ err, unavailable: this.#unavailable }, "what was asked for is not available");
  }
}

function read(path: string, handle: HttpRoute["handle"]): HttpRoute {
  return { method: "GET", path, handle };
}

function emptyCart(session: Session): CartView {
  return {
    cartId: session.cart,
    lines: [],
    currency: null,
    totalMinor: 0,
    taxMinor: 0,
    checkingOut: null,
    orderIds: [],
  };
}

function describeProblem({ parameters }: HttpCall): Promise<Response> {
  const code = parameters["code"] ?? "";
  const reason: Problem = problem("not_found", "There is no description of this problem.");
  if (!REFUSAL_CODES.includes(code)) return Promise.resolve(problemResponse(reason));
  const retryable = RETRYABLE_CODES.has(code);
  const view: ProblemDescriptionView = { code, ...problemKind(code), retryable };
  return Promise.resolve(jsonResponse(200, view));
}

function wrongParameter(field: string, wish: string): Response {
  return problemResponse(problem("invalid_field", `${field} must be ${wish}.`, { field }));
}

function isSearchText(text: string): boolean {
  return text.length <= SEARCH_LENGTH_MAX && isPlainText(text);
}

/** Not a number for anything that is not written as plain digits. */
function wholeNumberOf(text: string | null, missing: number): number {
  if (text === null) return missing;
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}
