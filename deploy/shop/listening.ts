import { ConfigError } from "../config.ts";

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

/** The address of the admin listener, as a browser takes it. */
export function adminUrlOf({
  adminHost,
  adminPort,
}: {
  readonly adminHost: string;
  readonly adminPort: number;
}): string {
  return `http://${adminHost.includes(":") ? `[${adminHost}]` : adminHost}:${adminPort}`;
}

/**
 * Makes sure that nobody listens at any of the places, before anything is started that would have to be ended again. They
 * are free again afterwards: whoever comes in between is met when the shop listens there itself.
 * @throws {ConfigError} naming the first option whose place cannot be had.
 */
export function checkPlaces(places: readonly ListeningPlace[]): void {
  const held: Bun.TCPSocketListener[] = [];
  try {
    // All at once, so that two options with the same port are noticed, too.
    for (const place of places) if (place.port !== 0) held.push(hold(place));
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

function hold(place: ListeningPlace): Bun.TCPSocketListener {
  try {
    return Bun.listen({ hostname: place.host, port: place.port, socket: { data: () => undefined } });
  } catch (error) {
    throw cannotListen(place, error);
  }
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
