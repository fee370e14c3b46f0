import { readFileSync } from "node:fs";

const RANGE_FILE = "/proc/sys/net/ipv4/ip_local_port_range";
// Where a system says nothing else, connections have ports from here on, or from a higher one.
const OUTGOING_FROM = 32_768;
// Below it are the ports of well-known services.
const LOWEST = 10_000;
const ATTEMPTS_MAX = 100;

/**
 * A port of this machine at which nothing listens, for a server that is to be found there again after it was down. It is none of
 * those that the system gives to outgoing connections: one of these may be somebody else's connection by then. `draw` gives numbers
 * from 0 to below 1.
 * @throws Error where there is none.
 */
export function steadyPort(draw: () => number = Math.random): number {
  const count = outgoingFrom() - LOWEST;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = LOWEST + Math.floor(draw() * count);
    if (count > 0 && isFree(port)) return port;
  }
  throw new Error(`there is no free port from ${LOWEST} to below those of connections (${RANGE_FILE})`);
}

function outgoingFrom(): number {
  try {
    return Number.parseInt(readFileSync(RANGE_FILE, "utf8"), 10);
  } catch {
    return OUTGOING_FROM;
  }
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } }).stop(true);
    return true;
  } catch {
    return false;
  }
}
