/** The shop has answered, but not with what was asked for. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";
  /** The shop does not want to be asked again before that, milliseconds from now; undefined when it has not said so. */
  readonly retryAfterMs: number | undefined;

  constructor(url: string, { status, headers }: Pick<Response, "status" | "headers">) {
    super(`${url} answered ${status}`);
    this.retryAfterMs = retryAfterMs(headers.get("retry-after"));
  }
}

/**
 * Gets JSON from the shop.
 * @throws NotAnswered when the shop refuses; what `fetch` throws when nobody answers.
 */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new NotAnswered(url, response);
  return response.json();
}

/** The header's seconds (RFC 9110, 10.2.3). A date counts as nothing said: it says nothing to whoever has another clock. */
function retryAfterMs(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) * 1_000 : undefined;
}
