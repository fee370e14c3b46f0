import { securityHeaders, wrongMethodResponse } from "./responses.ts";

/** A static file of the page, by its path in the address (`/` for the page itself). */
export interface Asset {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  /** `Cache-Control`; `no-cache` (ask each time, by ETag) unless told. */
  readonly cacheControl?: string;
}

// Once for each start, and then for every visitor.
const GZIP_LEVEL = 9;

/** The page for people at an address that has none. No address has this path, so it is at none by itself. */
export const MISSING_PAGE = "missing-page";

/** Static files with their tags and compressed forms, made once. */
export class Assets {
  readonly #prepared = new Map<string, PreparedAsset>();

  constructor(assets: ReadonlyMap<string, Asset>) {
    for (const [path, asset] of assets) this.#prepared.set(path, prepare(asset));
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
    const headers = new Headers(securityHeaders());
    headers.set("content-type", asset.contentType);
    headers.set("cache-control", asset.cacheControl);
    headers.set("vary", "Accept-Encoding");
    headers.set("etag", asset.etag);
    if (isKnown(asset.etag, request)) return new Response(null, { status: 304, headers });
    const body = takesGzip(request) ? (asset.gzip ?? asset.body) : asset.body;
    if (body === asset.gzip) headers.set("content-encoding", "gzip");
    return new Response(body, { headers });
  }

  /** The page for people at an address that has none; undefined for programs, and where there is no such page. */
  respondMissing(request: Request): Response | undefined {
    const page = this.#prepared.get(MISSING_PAGE);
    if (page === undefined || !isPageWanted(request)) return undefined;
    const headers = { ...securityHeaders(), "content-type": page.contentType, "cache-control": "no-store" };
    return new Response(page.body, { status: 404, headers });
  }

  #find(path: string): PreparedAsset | undefined {
    return this.#prepared.get(path) ?? (path === "/" ? this.#prepared.get("/index.html") : undefined);
  }
}

interface PreparedAsset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
}

function prepare(asset: Asset): PreparedAsset {
  const body =
    typeof asset.body === "string" ? new TextEncoder().encode(asset.body) : new Uint8Array(asset.body);
  const hash = new Bun.CryptoHasher("sha256").update(body).digest("base64url");
  const gzip = /^text\/|json|javascript|svg/.test(asset.contentType)
    ? Bun.gzipSync(body, { level: GZIP_LEVEL })
    : undefined;
  return {
    body,
    gzip: gzip !== undefined && gzip.length < body.length ? gzip : undefined,
    contentType: asset.contentType,
    cacheControl: asset.cacheControl ?? "no-cache",
    // Weak: the compressed form and the plain one share it.
    etag: `W/"${hash.slice(0, 22)}"`,
  };
}

/** Whether who asks reads pages: browsers name HTML, programs do not. */
function isPageWanted({ method, headers }: Request): boolean {
  return (method === "GET" || method === "HEAD") && /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

/** Whether gzip is named, and not with a weight of nothing, which refuses it. */
function takesGzip(request: Request): boolean {
  const named = request.headers.get("accept-encoding") ?? "";
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(named);
}

/** Whether the visitor has the file with this tag already: weak and strong tags are the same here (RFC 9110, 13.1.2). */
function isKnown(etag: string, request: Request): boolean {
  const named = (request.headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim());
  return named.some((tag) => tag === "*" || strongTag(tag) === strongTag(etag));
}

function strongTag(tag: string): string {
  return tag.replace(/^W\//, "");
}
