import { connect } from "node:net";

const HTTP_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "ws:": 80, "wss:": 443 };
// Whoever has not refused by then may still answer.
const LOOK_MS = 1_000;

/** Whether nothing listens at an address: whoever is there refuses to be connected. False when that is not known within a second. */
export function refusesConnections(address: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port: port === "" ? (HTTP_PORTS[protocol] ?? 80) : Number(port) });
  socket.setTimeout(LOOK_MS, () => resolve(false));
  socket.on("connect", () => resolve(false));
  socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  return promise.finally(() => socket.destroy());
}
