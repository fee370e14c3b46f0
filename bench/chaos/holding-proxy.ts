import type { Socket } from "bun";

/** One direction of a connection: bytes in their order, as fast as the receiver takes them. */
class Pipe {
  readonly #waiting: Uint8Array[] = [];
  #to: Socket<Session> | undefined;
  #isEnded = false;
  isHeld = false;

  /** From now on there is somebody to send to. */
  connect(to: Socket<Session>): void {
    this.#to = to;
    this.flush();
  }

  push(bytes: Uint8Array): void {
    // The runtime uses its buffer again.
    this.#waiting.push(Uint8Array.from(bytes));
    this.flush();
  }

  /** Its sender sends no more: so does the receiver hear, after all that was sent. */
  end(): void {
    this.#isEnded = true;
    this.flush();
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  /** Sends what the receiver takes; it calls again when it takes more. */
  flush(): void {
    while (!this.isHeld && this.#to !== undefined) {
      const next = this.#waiting[0];
      if (next === undefined) {
        if (this.#isEnded) this.#to.end();
        return;
      }
      const written = this.#to.write(next);
      if (written < next.length) {
        this.#waiting[0] = next.subarray(Math.max(written, 0));
        return;
      }
      this.#waiting.shift();
    }
  }
}

interface Session {
  readonly client: Socket<Session>;
  readonly toServer: Pipe;
  readonly toClient: Pipe;
}

/** A network between a shop and its database that can keep what the shop sends for as long as somebody wants. */
export class HoldingProxy {
  readonly #target: URL;
  readonly #sessions = new Set<Session>();
  readonly #listener: Bun.TCPSocketListener<Session>;
  #isHolding = false;
  #isCut = false;

  /** In front of the database at `url`. */
  constructor(url: string) {
    this.#target = new URL(url);
    this.#listener = Bun.listen<Session>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (client) => this.#open(client),
        data: ({ data }, bytes) => data.toServer.push(bytes),
        drain: ({ data }) => data.toClient.flush(),
        // What is held arrives all the same, as what a network has taken does.
        close: ({ data }) => data.toServer.end(),
      },
    });
  }

  /** The database's URL, through the proxy. */
  get url(): string {
    const url = new URL(this.#target);
    url.port = String(this.#listener.port);
    return url.href;
  }

  /** From now on nothing of what the shop sends arrives; replies still do. */
  hold(): void {
    this.#setHeld(true, false);
  }

  /** From now on nothing arrives in either direction, and nobody is told. */
  cut(): void {
    this.#setHeld(true, true);
  }

  /** All that was kept arrives. */
  release(): void {
    this.#setHeld(false, false);
  }

  /** How much is being kept. */
  get heldBytes(): number {
    let sum = 0;
    for (const { toServer } of this.#sessions) sum += toServer.waitingBytes;
    return sum;
  }

  close(): void {
    for (const { client } of this.#sessions) client.terminate();
    this.#listener.stop(true);
  }

  #setHeld(isHolding: boolean, isCut: boolean): void {
    this.#isHolding = isHolding;
    this.#isCut = isCut;
    for (const session of this.#sessions) this.#hold(session);
  }

  #hold({ toServer, toClient }: Session): void {
    toServer.isHeld = this.#isHolding;
    toClient.isHeld = this.#isCut;
    toServer.flush();
    toClient.flush();
  }

  #open(client: Socket<Session>): void {
    const session: Session = { client, toServer: new Pipe(), toClient: new Pipe() };
    this.#hold(session);
    session.toClient.connect(client);
    client.data = session;
    this.#sessions.add(session);
    this.#connect(session).catch(() => {
      this.#sessions.delete(session);
      client.terminate();
    });
  }

  async #connect(session: Session): Promise<void> {
    const server = await Bun.connect<Session>({
      hostname: this.#target.hostname,
      port: Number(this.#target.port),
      data: session,
      socket: {
        data: (_, bytes) => session.toClient.push(bytes),
        drain: () => session.toServer.flush(),
        close: () => {
          this.#sessions.delete(session);
          session.toClient.end();
        },
      },
    });
    session.toServer.connect(server);
  }
}
