import type { Socket } from "bun";

/** One direction of a connection. Takes no more from its source than its target takes. */
class Pipe {
  source: Socket<Ends> | undefined;
  target: Socket<Ends> | undefined;
  #waiting: Uint8Array[] = [];
  #isStalled = false;

  push(bytes: Uint8Array): void {
    // The runtime uses its buffer again.
    this.#waiting.push(Uint8Array.from(bytes));
    this.flush();
  }

  /** From now on takes nothing from its source, as a receiver that does not read; or goes on. */
  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    this.flush();
  }

  flush(): void {
    while (!this.#isStalled && this.target !== undefined) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      const written = Math.max(this.target.write(next), 0);
      if (written < next.length) {
        this.#waiting[0] = next.subarray(written);
        break;
      }
      this.#waiting.shift();
    }
    if (this.#waiting.length > 0 || this.#isStalled) this.source?.pause();
    else this.source?.resume();
  }
}

interface Ends {
  readonly incoming: Pipe;
  readonly outgoing: Pipe;
  readonly close: () => void;
}

interface Connection {
  readonly client: Socket<Ends>;
  readonly toServer: Pipe;
  readonly toClient: Pipe;
}

/** A network between clients and a server of this machine that breaks, or stands still, when a test wants it to. */
export class NetworkProxy {
  readonly #ports: () => readonly number[];
  readonly #listener: Bun.TCPSocketListener<Ends>;
  readonly #connections = new Set<Connection>();
  #isCut = false;
  #isStalled = false;

  /** In front of a server's port; or of several, of which the first that takes a connection gets it. */
  constructor(port: number | (() => readonly number[])) {
    this.#ports = typeof port === "number" ? () => [port] : port;
    this.#listener = Bun.listen<Ends>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (client) => this.#open(client),
        data: ({ data }, bytes) => data.outgoing.push(bytes),
        drain: ({ data }) => data.incoming.flush(),
        close: ({ data }) => data?.close(),
      },
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Breaks all connections, and lets none come about until {@link mend}. */
  cut(): void {
    this.#isCut = true;
    for (const { client } of this.#connections) client.terminate();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** From now on nothing passes, and nobody is told; or everything goes on. */
  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    for (const { toServer, toClient } of this.#connections) {
      toServer.stall(isStalled);
      toClient.stall(isStalled);
    }
  }

  close(): void {
    this.cut();
    this.#listener.stop(true);
  }

  #open(client: Socket<Ends>): void {
    const toServer = new Pipe();
    const toClient = new Pipe();
    const connection: Connection = { client, toServer, toClient };
    toServer.source = client;
    toClient.target = client;
    client.data = {
      incoming: toClient,
      outgoing: toServer,
      close: () => {
        this.#connections.delete(connection);
        toServer.target?.end();
      },
    };
    if (this.#isCut) {
      client.terminate();
      return;
    }
    this.#connections.add(connection);
    toServer.stall(this.#isStalled);
    toClient.stall(this.#isStalled);
    this.#connect(connection).catch(() => client.terminate());
  }

  async #connect({ client, toServer, toClient }: Connection): Promise<void> {
    const server = await this.#reach({
      incoming: toServer,
      outgoing: toClient,
      close: () => client.end(),
    });
    toServer.target = server;
    toClient.source = server;
    toServer.flush();
    toClient.flush();
  }

  /** @throws what the last server says that refuses the connection. */
  async #reach(ends: Ends): Promise<Socket<Ends>> {
    let refusal: unknown = new Error("there is no server");
    for (const port of this.#ports()) {
      try {
        return await connectTo(port, ends);
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }
}

function connectTo(port: number, data: Ends): Promise<Socket<Ends>> {
  return Bun.connect<Ends>({
    hostname: "127.0.0.1",
    port,
    data,
    socket: {
      data: ({ data: own }, bytes) => own.outgoing.push(bytes),
      drain: ({ data: own }) => own.incoming.flush(),
      close: ({ data: own }) => own.close(),
    },
  });
}
