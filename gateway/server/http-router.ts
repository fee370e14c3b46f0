import { problem } from "../protocol/problems.ts";
import { problemResponse, wrongMethodResponse } from "./responses.ts";

/** One HTTP request as handlers see it. */
export interface HttpCall {
  readonly request: Request;
  readonly url: URL;
  /** Decoded parts of the path, by the names of the pattern. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Answers one kind of request. */
export type HttpHandler = (call: HttpCall) => Promise<Response>;

/** A method and a path pattern, such as `/v1/orders/:order`, with what answers it. */
export interface HttpRoute {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly handle: HttpHandler;
}

interface CompiledRoute extends HttpRoute {
  readonly parts: readonly string[];
}

/** Finds the handler of a request; wrong paths and methods become problems. */
export class HttpRouter {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly HttpRoute[]) {
    this.#routes = routes.map((route) => ({ ...route, parts: route.path.split("/") }));
  }

  /** Whether anything is at this address, whatever method it takes. */
  has(url: URL): boolean {
    return this.#candidates(url).length > 0;
  }

  async respond(request: Request, url: URL): Promise<Response> {
    const candidates = this.#candidates(url);
    if (candidates.length === 0) return problemResponse(problem("not_found", "Nothing is at this address."));
    // HEAD is GET without the body, which the server leaves out by itself.
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = candidates.find(([route]) => route.method === method);
    if (found !== undefined) return found[0].handle({ request, url, parameters: found[1] });
    return wrongMethodResponse(candidates.map(([route]) => route.method));
  }

  #candidates(url: URL): readonly (readonly [CompiledRoute, Record<string, string>])[] {
    const parts = url.pathname.split("/");
    return this.#routes.flatMap((route) => {
      const parameters = match(route.parts, parts);
      return parameters === undefined ? [] : [[route, parameters] as const];
    });
  }
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (!expected.startsWith(":")) {
      if (expected !== part) return undefined;
      continue;
    }
    const decoded = decode(part);
    if (decoded === undefined || decoded === "") return undefined;
    parameters[expected.slice(1)] = decoded;
  }
  return parameters;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
