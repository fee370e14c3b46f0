import { Socket } from "node:net";

/** What postgres.js tells its socket factory. */
export interface SocketTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Path of a Unix socket, if it is one. */
  readonly path: string | false;
}

/**
 * A socket that always says it closed without an error.
 *
 * When told of an error, postgres.js 3.4 takes it that all statements have been rejected already, and forgets one that
 * was issued between the `error` and the `close` of its socket: its caller would wait for ever. The error itself has been
 * reported before.
 */
class HonestSocket extends Socket {
  /** Read by postgres.js to check the name on a certificate. */
  host = "";

  override emit(event: string | symbol, ...rest: unknown[]): boolean {
    return event === "close" ? super.emit(event, false) : super.emit(event, ...rest);
  }
}

/** Makes sockets for one client of postgres.js; several hosts are tried in turn. `onSocket` is told of each. */
export function socketFactory(onSocket?: (socket: Socket) => void): (target: SocketTarget) => Socket {
  let attempts = 0;
  return ({ host, port, path }) => {
    const socket = new HonestSocket();
    onSocket?.(socket);
    // Statements are written whole: waiting for more of them only delays commits.
    socket.setNoDelay(true);
    const index = attempts++ % host.length;
    if (path !== false) return socket.connect(path);
    socket.host = host[index] ?? "";
    return socket.connect(port[index] ?? 0, socket.host);
  };
}
