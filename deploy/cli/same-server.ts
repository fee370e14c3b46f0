const OWN_NAMES: ReadonlySet<string> = new Set(["", "localhost", "127.0.0.1", "[::1]"]);
const USUAL_PORTS: Readonly<Record<string, string>> = {
  "http:": "80",
  "ws:": "80",
  "https:": "443",
  "wss:": "443",
  "postgres:": "5432",
  "postgresql:": "5432",
};

/**
 * Whether two URLs lead to the same server, and there to the same database if they name one, however they are written: with a user or
 * without, with a slash at the end, by another name of this machine. A text that is no URL is only what it is.
 */
export function isSameServer(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other);
}

function placeOf(text: string): string {
  if (!URL.canParse(text)) return text;
  const { protocol, hostname, port, pathname, searchParams } = new URL(text);
  // Postgres may be behind a socket file, whose folder the URL names so.
  const named = hostname || (searchParams.get("host") ?? "");
  const host = OWN_NAMES.has(named) ? "localhost" : named;
  return `${host}:${port || USUAL_PORTS[protocol]}${pathname.replace(/\/+$/, "")}`;
}
