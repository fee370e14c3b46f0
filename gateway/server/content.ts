import { securityHeaders } from "./responses.ts";

/** What is to be sent to many. */
export interface Content {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  /** `Cache-Control`; `no-cache` (ask each time, by ETag) unless told. */
  readonly cacheControl?: string;
}

/** What is sent to many, with its tag and its compressed form, made once. */
export interface PreparedContent {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
}

/** Tags and compresses. `gzipLevel`: 1 is quick, 9 is small. */
export function prepareContent(content: Content, gzipLevel: 1 | 6 | 9): PreparedContent {
  const body =
    typeof content.body === "string" ? new TextEncoder().encode(content.body) : new Uint8Array(content.body);
  const hash = new Bun.CryptoHasher("sha256").update(body).digest("base64url");
  const gzip = /^text\/|json|javascript|svg/.test(content.contentType)
    ? Bun.gzipSync(body, { level: gzipLevel })
    : undefined;
  return {
    body,
    gzip: gzip !== undefined && gzip.length < body.length ? gzip : undefined,
    contentType: content.contentType,
    cacheControl: content.cacheControl ?? "no-cache",
    // Weak: the compressed form and the plain one share it.
    etag: `W/"${hash.slice(0, 22)}"`,
  };
}

/** How content is sent. */
export interface Sending {
  readonly status: 200 | 404;
  /** Whether the response comes later than its request, such as after a session was made, and not at once. */
  readonly isLater: boolean;
}

/** Answers a request with it: compressed where that is understood, not again to who has it. */
export function contentResponse(
  content: PreparedContent,
  request: Request,
  { status, isLater }: Sending = { status: 200, isLater: false },
): Response {
  const headers = new Headers(securityHeaders());
  headers.set("content-type", content.contentType);
  headers.set("cache-control", content.cacheControl);
  headers.set("vary", "Accept-Encoding");
  headers.set("etag", content.etag);
  if (status === 200 && isKnown(content.etag, request)) return new Response(null, { status: 304, headers });
  const body = takesGzip(request) ? (content.gzip ?? content.body) : content.body;
  if (body === content.gzip) headers.set("content-encoding", "gzip");
  return new Response(isLater ? streamed(body) : body, { status, headers });
}

/**
 * In one piece. Of a response that comes later, and is larger than 16 KB, Bun sends every header by itself, unless it is a stream: a crowd gets
 * a quarter of it in a second.
 */
function streamed(body: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
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
