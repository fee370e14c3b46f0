import { SUBPROTOCOL } from "../protocol/messages.ts";

/** What a link tells its owner. `lost` comes exactly once, unless the owner let the link go. */
export interface LinkEvents {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  readonly lost: (code: number, reason: string) => void;
}

/** The close code of a connection that ended without a word (RFC 6455, 7.1.5). */
const ABNORMAL_CLOSE = 1006;

/** One socket. Nothing is heard of it once it is let go, however long the network takes to notice. */
export class Link {
  readonly #socket: WebSocket;
  #events: LinkEvents | undefined;

  /** @throws SyntaxError when the address is none of a WebSocket. */
  constructor(url: string, events: LinkEvents) {
    this.#events = events;
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    socket.onopen = () => this.#events?.opened();
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#events?.received(data);
    };
    socket.onclose = ({ code, reason }) => this.#lose(code, reason);
    // What an error event knows is told by the close event that follows it.
    socket.onerror = () => undefined;
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Lets the socket go; its owner hears nothing more. */
  release(): void {
    this.#events = undefined;
    this.#socket.close(1000);
  }

  /** Gives up a socket that does not answer. */
  abandon(reason: string): void {
    this.#socket.close(1000);
    this.#lose(ABNORMAL_CLOSE, reason);
  }

  #lose(code: number, reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.lost(code, reason);
  }
}
