/**
 * Whether a request may change something or open a socket, judged by its Origin: none (not a browser), the same host,
 * or one of the list, compared whole. Browsers always send it for such requests, so other sites cannot leave it out.
 */
export function isOriginAllowed(
  origin: string | null,
  host: string | null,
  allowed: ReadonlySet<string>,
): boolean {
  if (origin === null) return true;
  if (allowed.has(origin)) return true;
  // The scheme is not compared: behind a proxy that ends TLS the browser's is https and ours is http.
  return host !== null && (origin === `https://${host}` || origin === `http://${host}`);
}
