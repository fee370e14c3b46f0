/** How to reach and enter a NATS cluster. */
export interface NatsOptions {
  /** Host and port of each server; any of them will do. */
  readonly servers: readonly string[];
  /** Whether the connection has to be encrypted; it is also when the server wants it. */
  readonly isEncrypted: boolean;
  readonly user?: string;
  readonly password?: string;
  /** File with a token and its key, as NATS account tools write them (`NATS_CREDS`). Read at every connection. */
  readonly credentialsFile?: string;
  /** File with the certificates of the authorities that may vouch for the server (`NATS_CA`); else the machine's. */
  readonly authorityFile?: string;
}

const DEFAULT_PORT = "4222";

/**
 * Reads `NATS_URL`: one URL `nats://[user:password@]host[:port]`, or several of the same scheme separated by commas. With
 * `tls://` the connection has to be encrypted.
 * @throws Error that says what is wrong, without the user or password.
 */
export function parseNatsUrl(
  text: string,
): Pick<NatsOptions, "servers" | "isEncrypted" | "user" | "password"> {
  const urls = text.split(",").map((part) => parseOne(part.trim()));
  const [first] = urls;
  if (first === undefined) throw malformed("is empty");
  for (const { protocol, username, password } of urls) {
    if (protocol !== first.protocol) throw malformed("mixes nats:// and tls://");
    if (username !== first.username || password !== first.password) {
      throw malformed("names different users; all servers are entered as the same");
    }
  }
  const user = decoded(first.username);
  if (user === "" && first.password !== "") throw malformed("has a password and no user");
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port === "" ? DEFAULT_PORT : port}`),
    isEncrypted: first.protocol === "tls:",
    ...(user === "" ? {} : { user, password: decoded(first.password) }),
  };
}

function parseOne(text: string): URL {
  const url = URL.parse(text);
  if (url === null || url.hostname === "" || !["nats:", "tls:"].includes(url.protocol)) {
    throw malformed("is not nats://host:port or tls://host:port");
  }
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") {
    throw malformed("has something after its port");
  }
  return url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(
      "has a user or password with a % that does not begin a percent-encoded character; write %25 for %",
    );
  }
}

function malformed(what: string): Error {
  return new Error(`NATS_URL ${what}`);
}
