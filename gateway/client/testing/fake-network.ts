import type { Problem, ServerFrame, Welcome } from "../../protocol/messages.ts";

const WELCOME: Welcome = {
  t: "welcome",
  session: "",
  sessionExpiresAtMs: 2_000_000_000_000,
  role: "shopper",
  customer: "customer-1",
  cart: "cart-1",
  shop: "shop-1",
  serverTimeMs: 1_000_000,
  pingMs: 20_000,
  frameBytesMax: 65_536,
};

type Said =
  | { readonly t: "hello" | "ping" | "unsubscribe" }
  | { readonly t: "subscribe"; readonly ch: `sku/${string}` };

/** The network between a client and its gateway, which welcomes, answers pings and knows no product. */
export class FakeNetwork {
  openMs = 0;
  answerMs = 0;
  isLost = false;
  /** Why the gateway keeps no channel; undefined when it does. */
  refusal: Problem | undefined;
  pings = 0;
  /** The gateway ends each connection so long after its welcome, milliseconds; undefined when it does not. */
  endsAfterMs: number | undefined;
  readonly #webSocket = globalThis.WebSocket;
  #socket: FakeSocket | undefined;

  /** Takes the place of the real one until it is removed. */
  static install(): FakeNetwork {
    const network = new FakeNetwork();
    const create = function create() {
      return (network.#socket = new FakeSocket(network));
    };
    globalThis.WebSocket = Object.assign(create, { OPEN: 1 }) as unknown as typeof WebSocket;
    return network;
  }

  remove(): void {
    globalThis.WebSocket = this.#webSocket;
  }

  /** The gateway says something unasked, on the newest connection. */
  tell(frame: ServerFrame): void {
    this.#socket?.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** What the gateway answers; undefined when nothing. */
  answer(said: Said): ServerFrame | undefined {
    switch (said.t) {
      case "hello":
        return WELCOME;
      case "ping":
        this.pings += 1;
        return { t: "pong", serverTimeMs: 1_000_000 };
      case "subscribe":
        return this.refusal === undefined
          ? { t: "snapshot", ch: said.ch, epoch: 1, offset: 1, state: null }
          : { t: "problem", ch: said.ch, problem: this.refusal };
      case "unsubscribe":
        return undefined;
    }
  }
}

/** A socket over that network. */
class FakeSocket {
  readyState = 0;
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: string }) => void) | undefined;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | undefined;
  readonly #network: FakeNetwork;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(network: FakeNetwork) {
    this.#network = network;
    this.#timer = setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
    }, network.openMs);
  }

  send(text: string): void {
    const said = JSON.parse(text) as Said;
    const { answerMs, endsAfterMs, isLost } = this.#network;
    const answer = this.#network.answer(said);
    if (answer === undefined || isLost) return;
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(answer) }), answerMs);
    if (said.t !== "hello" || endsAfterMs === undefined) return;
    setTimeout(() => this.onclose?.({ code: 1011, reason: "" }), answerMs + endsAfterMs);
  }

  close(): void {
    this.readyState = 3;
    clearTimeout(this.#timer);
  }
}
