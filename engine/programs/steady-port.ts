import { readFileSync } from "node:fs";

const RANGE_FILE = "/proc/sys/net/ipv4/ip_local_port_range";
// Where a system says nothing else, connections have ports from here on, or from a higher one.
const OUTGOING_FROM = 32_768;
const ATTEMPTS_MAX = 100;

/** Below it are the ports of well-known services. */
export const STEADY_PORTS_FROM = 10_000;

/** Ports that this process was given before: their servers may not listen yet, or be down. */
const given = new Set<number>();

/** Where a port is looked for. */
export interface SteadyPortOptions {
  /** The first port that the system gives to outgoing connections; as it says itself unless given. */
  readonly outgoingFrom?: number;
  /** Numbers from 0 to below 1. */
  readonly draw?: () => number;
}

/**
 * A port of this machine at which nothing listens, for a server that is to be found there again after it was down. It is none of
 * those that the system gives to outgoing connections, since one of these may be somebody else's connection by then; where these
 * leave no others it is any free one.
 */
export function steadyPort(options: SteadyPortOptions = {}): number {
  const { outgoingFrom = outgoingPortsFrom(), draw = Math.random } = options;
  const count = outgoingFrom - STEADY_PORTS_FROM;
  const attempts = count > 0 ? ATTEMPTS_MAX : 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = STEADY_PORTS_FROM + Math.floor(draw() * count);
    if (given.has(port) || listenAt(port) === undefined) continue;
    given.add(port);
    return port;
  }
  const any = listenAt(0);
  if (any === undefined) throw new Error("this machine has no free port");
  return any;
}

function outgoingPortsFrom(): number {
  try {
    return Number.parseInt(readFileSync(RANGE_FILE, "utf8"), 10);
  } catch {
    return OUTGOING_FROM;
  }
}

/** The port at which somebody could listen; 0 stands for any. Undefined when nobody can. */
function listenAt(port: number): number | undefined {
  try {
    const listener = Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } });
    listener.stop(true);
    return listener.port;
  } catch {
    return undefined;
  }
}
