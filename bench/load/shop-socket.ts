import { SUBPROTOCOL, type ServerFrame } from "../../gateway/protocol/messages.ts";

/** Frames that are about what a connection asked for. */
export type WorkFrame = Exclude<ServerFrame, { readonly t: "welcome" | "pong" | "reconnect" }>;

/** Whom a connection belongs to. */
export interface SocketOwner {
  /** The shop has let the connection in, as a new customer with an empty cart. */
  welcomed(): void;
  received(frame: WorkFrame): void;
  /** The shop asks its clients to connect again. */
  askedToMove(): void;
  /** The connection is lost; what waits for an answer gets none. It comes again by itself, as another customer. */
  lost(reason: string): void;
}

/** The way out of a connection. */
export type Outlet = Pick<ShopSocket, "nextId" | "send">;

// The shop asks for a sign of life every 20 s and closes what has been silent for a minute.
const QUIET_MS_MAX = 20_000;
const REOPEN_FIRST_MS = 200;
const REOPEN_MS_MAX = 2_000;

/**
 * A connection to the shop that speaks the protocol by hand: ten thousand of them share the machine with the shop they
 * measure, so a frame costs no more than a string, and an answer one parse.
 */
export class ShopSocket {
  readonly #url: string;
  readonly #owner: SocketOwner;
  #socket: WebSocket | undefined;
  #isWelcome = false;
  #isClosed = false;
  #sentAtMs = 0;
  #reopenMs = REOPEN_FIRST_MS;
  #reopening: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(url: string, owner: SocketOwner) {
    this.#url = url;
    this.#owner = owner;
  }

  /** Connects; the owner hears whether it did. */
  open(): void {
    if (this.#isClosed) return;
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    socket.onopen = () => socket.send('{"t":"hello"}');
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data as string) as ServerFrame);
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#closed(`code ${code} ${reason}`.trim());
    };
  }

  /** A number for the next command. */
  nextId(): number {
    return (this.#lastId += 1);
  }

  /** Sends a frame; without a connection it is lost, and the owner hears of that. */
  send(frame: string, nowMs: number): void {
    if (!this.#isWelcome) return;
    this.#sentAtMs = nowMs;
    this.#socket?.send(frame);
  }

  /** Keeps a connection alive that has nothing to say. */
  pingIfQuiet(nowMs: number): void {
    if (nowMs - this.#sentAtMs > QUIET_MS_MAX) this.send('{"t":"ping"}', nowMs);
  }

  /** Goes, and comes again as another customer. */
  renew(): void {
    this.#drop();
    this.open();
  }

  /** Goes for good. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#reopening);
    this.#drop();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isWelcome = false;
    socket?.close();
  }

  #receive(frame: ServerFrame): void {
    if ("re" in frame) return this.#owner.received(frame);
    switch (frame.t) {
      case "welcome":
        this.#isWelcome = true;
        this.#reopenMs = REOPEN_FIRST_MS;
        return this.#owner.welcomed();
      case "reconnect":
        return this.#owner.askedToMove();
      case "pong":
        return;
      case "snapshot":
      case "delta":
      case "problem":
        return this.#owner.received(frame);
    }
  }

  #closed(reason: string): void {
    this.#socket = undefined;
    this.#isWelcome = false;
    this.#owner.lost(reason);
    if (this.#isClosed) return;
    this.#reopening = setTimeout(() => this.open(), this.#reopenMs);
    this.#reopenMs = Math.min(this.#reopenMs * 2, REOPEN_MS_MAX);
  }
}
