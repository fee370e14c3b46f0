import type { AdminProblem } from "../../admin/api/admin-problem.ts";
import type { AdminAccess } from "./admin-options.ts";

/** How long a node may take, milliseconds. */
export interface AdminPatience {
  /** For an answer, or the begin of a stream. A node itself waits ten seconds for whoever coordinates. */
  readonly answerMs: number;
  /** Between two lines of a stream, of which a node writes one every ten seconds. */
  readonly silenceMs: number;
}

/** The admin API has answered with a problem. */
export class AdminRefused extends Error {
  override readonly name = "AdminRefused";
  readonly problem: AdminProblem;

  constructor(problem: AdminProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** No admin API can be reached, or it does not answer any longer. */
export class AdminUnreachable extends Error {
  override readonly name = "AdminUnreachable";
}

/** Asks the admin API of a node, once, and waits no longer than it has patience. */
export class AdminConnection {
  readonly #access: AdminAccess;
  readonly #patience: AdminPatience;
  #hasAnswered = false;

  constructor(access: AdminAccess, patience: AdminPatience) {
    this.#access = access;
    this.#patience = patience;
  }

  /** There was a node: one that cannot be reached now may be back soon. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** What the node answers. @throws {AdminRefused}, {AdminUnreachable}, or the reason of the signal. */
  async ask(path: string, request: RequestInit, signal: AbortSignal): Promise<unknown> {
    const deadline = new Deadline(this.#patience.answerMs);
    try {
      const response = await this.#send(path, request, AbortSignal.any([signal, deadline.signal]));
      return await response.json();
    } catch (error) {
      throw this.#fault(error, signal, deadline);
    } finally {
      deadline.clear();
    }
  }

  /** Opens a stream: its lines, also empty ones, until it ends. @throws as {@link ask} does, and so does reading it. */
  async open(path: string, signal: AbortSignal): Promise<AsyncGenerator<string>> {
    const deadline = new Deadline(this.#patience.answerMs);
    try {
      const { body } = await this.#send(path, {}, AbortSignal.any([signal, deadline.signal]));
      return this.#lines(body ?? [], signal, deadline);
    } catch (error) {
      throw this.#fault(error, signal, deadline);
    } finally {
      deadline.clear();
    }
  }

  async *#lines(
    chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[],
    signal: AbortSignal,
    deadline: Deadline,
  ): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let left = "";
    try {
      deadline.set(this.#patience.silenceMs);
      for await (const chunk of chunks) {
        // Whoever reads the lines may take their time.
        deadline.clear();
        const lines = (left + decoder.decode(chunk, { stream: true })).split("\n");
        left = lines.pop() ?? "";
        yield* lines;
        deadline.set(this.#patience.silenceMs);
      }
    } catch (error) {
      throw this.#fault(error, signal, deadline);
    } finally {
      deadline.clear();
    }
  }

  async #send(path: string, request: RequestInit, signal: AbortSignal): Promise<Response> {
    const { url, token } = this.#access;
    const headers = new Headers(request.headers);
    headers.set("Authorization", `Bearer ${token}`);
    const response = await fetch(`${url}${path}`, { ...request, headers, signal, redirect: "error" });
    const isOurs = response.headers.get("content-type")?.includes("json") === true;
    const body: unknown = response.ok || !isOurs ? undefined : await problemOf(response, signal);
    if (!isOurs || !(response.ok || isProblem(body))) throw new NoAdminApi(url, response.status);
    this.#hasAnswered = true;
    if (isProblem(body)) throw new AdminRefused(body);
    return response;
  }

  #fault(error: unknown, signal: AbortSignal, deadline: Deadline): unknown {
    if (signal.aborted || error instanceof AdminRefused || error instanceof NoAdminApi) return error;
    const { url } = this.#access;
    if (deadline.signal.aborted)
      return new AdminUnreachable(`the node at ${url} does not answer`, { cause: error });
    const reason = reasonOf(error);
    return new AdminUnreachable(`no node can be reached at ${url} (${reason})`, { cause: error });
  }
}

/** Something else answers: asking again does not help. */
class NoAdminApi extends Error {
  override readonly name = "NoAdminApi";

  constructor(url: string, status: number) {
    super(`${url} answers with status ${status}, and not as a node of Stampede does`);
  }
}

/** Aborts what takes too long. */
class Deadline {
  readonly #controller = new AbortController();
  #timer: Timer | undefined;

  constructor(ms: number) {
    this.set(ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  set(ms: number): void {
    this.clear();
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.code === "ECONNREFUSED" ? "nothing listens there" : error.message;
}

async function problemOf(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function isProblem(body: unknown): body is AdminProblem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
