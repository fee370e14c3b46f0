import { contentResponse, prepareContent } from "./content.ts";
import type { Content, PreparedContent } from "./content.ts";
import { securityHeaders, wrongMethodResponse } from "./responses.ts";

/** A static file of the page, by its path in the address (`/` for the page itself). */
export type Asset = Content;

// Once for each start, and then for every visitor.
const GZIP_LEVEL = 9;

/** The page for people at an address that has none. No address has this path, so it is at none by itself. */
export const MISSING_PAGE = "missing-page";

/** Static files with their tags and compressed forms, made once. */
export class Assets {
  readonly #prepared = new Map<string, PreparedContent>();

  constructor(assets: ReadonlyMap<string, Asset>) {
    for (const [path, asset] of assets) this.#prepared.set(path, prepareContent(asset, GZIP_LEVEL));
  }

  /** Whether the path is a page, whose visitors get a session. */
  isPage(path: string): boolean {
    return this.#find(path)?.contentType.startsWith("text/html") ?? false;
  }

  /** Answers a request for a file; undefined when none has this path. */
  respond(path: string, request: Request): Response | undefined {
    const asset = this.#find(path);
    if (asset === undefined) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") return wrongMethodResponse(["GET"]);
    return contentResponse(asset, request);
  }

  /** The page for people at an address that has none; undefined for programs, and where there is no such page. */
  respondMissing(request: Request): Response | undefined {
    const page = this.#prepared.get(MISSING_PAGE);
    if (page === undefined || !isPageWanted(request)) return undefined;
    const headers = { ...securityHeaders(), "content-type": page.contentType, "cache-control": "no-store" };
    return new Response(page.body, { status: 404, headers });
  }

  #find(path: string): PreparedContent | undefined {
    return this.#prepared.get(path) ?? (path === "/" ? this.#prepared.get("/index.html") : undefined);
  }
}

/** Whether who asks reads pages: browsers name HTML, programs do not. */
function isPageWanted({ method, headers }: Request): boolean {
  return (method === "GET" || method === "HEAD") && /\btext\/html\b/i.test(headers.get("accept") ?? "");
}
