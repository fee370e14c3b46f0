import type { Socket } from "bun";

interface Session {
  readonly client: Socket<Session>;
  server: Socket<Session> | undefined;
  /** What the client sent before the server's end was open. */
  waiting: Uint8Array[];
  /** For good, as a connection whose other end is gone. */
  isMuted: boolean;
}

/** A TCP proxy in front of a database that loses replies on demand. */
export interface SeveringProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** From now on the server still receives everything, but the client hears nothing. */
  muteReplies(): void;
  /** Lets replies through again, on new connections. */
  unmuteReplies(): void;
  /** Bytes of replies lost so far. */
  lostBytes(): number;
  /** Bytes that clients have sent so far. */
  sentBytes(): number;
  /** Cuts all connections. */
  sever(): void;
  close(): void;
}

/** Starts a proxy in front of the database at `url`. */
export function severingProxy(url: string): SeveringProxy {
  const target = new URL(url);
  const serverPort = Number(target.port);
  const sessions = new Set<Session>();
  let muted = false;
  let lost = 0;
  let sent = 0;
  const listener = Bun.listen<Session>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(client) {
        const session: Session = { client, server: undefined, waiting: [], isMuted: muted };
        client.data = session;
        sessions.add(session);
        void connect(session);
      },
      data(client, bytes) {
        sent += bytes.length;
        const { server, waiting } = client.data;
        if (server === undefined) waiting.push(Uint8Array.from(bytes));
        else server.write(bytes);
      },
      close(client) {
        client.data.server?.end();
        sessions.delete(client.data);
      },
    },
  });

  async function connect(session: Session): Promise<void> {
    session.server = await Bun.connect<Session>({
      hostname: target.hostname,
      port: serverPort,
      data: session,
      socket: {
        data(server, bytes) {
          if (server.data.isMuted) lost += bytes.length;
          else server.data.client.write(bytes);
        },
        close(server) {
          if (!server.data.isMuted) server.data.client.end();
        },
      },
    });
    for (const bytes of session.waiting) session.server.write(bytes);
    session.waiting = [];
  }

  const sever = () => {
    for (const session of sessions) session.client.terminate();
  };
  target.port = String(listener.port);
  return {
    url: target.href,
    muteReplies() {
      muted = true;
      for (const session of sessions) session.isMuted = true;
    },
    unmuteReplies: () => void (muted = false),
    lostBytes: () => lost,
    sentBytes: () => sent,
    sever,
    close() {
      sever();
      listener.stop(true);
    },
  };
}
