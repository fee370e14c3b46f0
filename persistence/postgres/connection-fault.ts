/** Host, port and database of a connection URL, without user and password. @throws one sentence when it is none that can be used. */
export function describeServer(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null)
    throw new Error("DATABASE_URL is not a URL like postgres://user:password@host:5432/database.");
  const { hostname, port, pathname, username, password } = parsed;
  for (const part of [username, password]) assertDecodable(part);
  return `${hostname || "localhost"}:${port || "5432"}${pathname}`;
}

function assertDecodable(part: string): void {
  try {
    decodeURIComponent(part);
  } catch {
    throw new Error(
      "DATABASE_URL has a user or password with a % that does not begin a percent-encoded character; write %25 for %.",
    );
  }
}

/** The code of a database or network error; empty for any other value. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const NETWORK_CODES: ReadonlySet<string> = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "STATEMENT_OVERDUE",
]);

/** Tells whether the connection broke or never came to be: what the server did is not known. */
export function isConnectionFault(error: unknown): boolean {
  const code = codeOf(error);
  // Class 08: connection exception. Class 57P0: the server ends this connection, or all of them.
  return NETWORK_CODES.has(code) || code.startsWith("08") || code.startsWith("57P0");
}

/** The sentence for an operator whose database does not answer. */
export function describeConnectionFault(error: unknown, server: string): Error {
  const code = codeOf(error);
  const options = { cause: error };
  // Class 28: invalid authorization. 3D000: no such database.
  if (code.startsWith("28"))
    return new Error(`DATABASE_URL: Postgres at ${server} refuses this user or password (${code}).`, options);
  if (code === "3D000")
    return new Error(`DATABASE_URL: there is no such database at ${server}. Create it first.`, options);
  if (isConnectionFault(error))
    return new Error(
      `DATABASE_URL: Postgres at ${server} does not answer (${code}). Check that it runs and that host and port are right.`,
      options,
    );
  return error instanceof Error ? error : new Error(String(error));
}
