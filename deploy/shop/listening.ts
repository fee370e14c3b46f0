import { ConfigError } from "../config.ts";

/** The usual addresses of a machine for itself, and those that stand for all of its addresses. */
const OWN_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "0.0.0.0", "::"]);

/** Where an option tells the shop to listen. */
export interface ListeningPlace {
  /** As typed: `--port`. */
  readonly option: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Where storefront and API are. */
export function publicPlace(host: string, port: number): ListeningPlace {
  return { option: "--port", host, port };
}

/** Where the admin listener is. */
export function adminPlace(host: string, port: number): ListeningPlace {
  return { option: "--admin-port", host, port };
}

/** The address of the storefront and the API, as a browser of this machine takes it. */
export function storefrontUrlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return httpUrl(OWN_NAMES.has(host) ? "localhost" : host, port);
}

/** The address of the admin listener, as a browser takes it. */
export function adminUrlOf({
  adminHost,
  adminPort,
}: {
  readonly adminHost: string;
  readonly adminPort: number;
}): string {
  return httpUrl(adminHost, adminPort);
}

/**
 * Makes sure that nobody listens at any of the places, before anything is started that would have to be ended again. They
 * are free again afterwards: whoever comes in between is met when the shop listens there itself.
 * @throws {ConfigError} naming the first option whose place cannot be had.
 */
export function checkPlaces(places: readonly ListeningPlace[]): void {
  const held: Bun.TCPSocketListener[] = [];
  const ours: ListeningPlace[] = [];
  try {
    // All at once, so that two options with the same port are noticed, too.
    for (const place of places) {
      if (place.port === 0) continue;
      held.push(hold(place, ours));
      ours.push(place);
    }
  } finally {
    for (const listener of held) listener.stop(true);
  }
}

/** The sentence for an operator whose shop cannot listen. */
export function cannotListen({ option, host, port }: ListeningPlace, cause: unknown): ConfigError {
  return new ConfigError(`${option}: cannot listen on ${host}:${port}: ${reason(cause)}`, { cause });
}

/** A fault of a start that may be one of listening, as it is told: whatever has no code of the system has nothing to do with the place. */
export function faultAt(place: ListeningPlace, fault: unknown): unknown {
  return fault instanceof Error && "code" in fault ? cannotListen(place, fault) : fault;
}

/** `ours` are places that are held already. */
function hold(place: ListeningPlace, ours: readonly ListeningPlace[]): Bun.TCPSocketListener {
  try {
    return Bun.listen({ hostname: place.host, port: place.port, socket: { data: () => undefined } });
  } catch (error) {
    const other = ours.find((each) => overlap(each, place));
    if (other === undefined) throw cannotListen(place, error);
    const { option, port } = place;
    throw new ConfigError(`${option} must be another port than ${other.option}; both are ${port}`, {
      cause: error,
    });
  }
}

/** Whether who listens at one of the two keeps the other from being listened at. */
function overlap(left: ListeningPlace, right: ListeningPlace): boolean {
  const areOwn = OWN_NAMES.has(left.host) && OWN_NAMES.has(right.host);
  return left.port === right.port && (left.host === right.host || areOwn);
}

function httpUrl(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use";
    case "EADDRNOTAVAIL":
      return "this machine has no such address";
    case "EACCES":
      return "this user may not use the port";
  }
  return cause instanceof Error ? cause.message : String(cause);
}
