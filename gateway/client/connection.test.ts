import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type { ServerFrame, Welcome } from "../protocol/messages.ts";
import { Connection } from "./connection.ts";
import type { ClientStatus } from "./status.ts";

const WEBSOCKET = globalThis.WebSocket;

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

/** The network between a connection and its gateway. */
const network = { openMs: 0, answerMs: 0, isLost: false };
let pings = 0;

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(network, { openMs: 0, answerMs: 0, isLost: false });
  pings = 0;
  globalThis.WebSocket = NetworkSocket as unknown as typeof WebSocket;
});

afterEach(() => {
  globalThis.WebSocket = WEBSOCKET;
  jest.useRealTimers();
});

/** A socket over that network, with a gateway that welcomes and answers pings. */
class NetworkSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: string }) => void) | undefined;
  readonly #timer = setTimeout(() => {
    this.readyState = 1;
    this.onopen?.();
  }, network.openMs);

  send(text: string): void {
    if (text.includes("hello")) this.#answer(WELCOME);
    if (!text.includes("ping")) return;
    pings += 1;
    this.#answer({ t: "pong", serverTimeMs: 1_000_000 });
  }

  close(): void {
    this.readyState = 3;
    clearTimeout(this.#timer);
  }

  #answer(frame: ServerFrame): void {
    if (network.isLost) return;
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) }), network.answerMs);
  }
}

function connect(): Connection {
  const connection = new Connection("ws://shop.example/v1/socket", undefined, true, {
    resumePoints: () => [],
    welcomed: () => undefined,
    received: () => undefined,
    statusChanged: () => undefined,
    ticked: () => undefined,
  });
  connection.open();
  return connection;
}

/** Lets time pass until the connection is open, through as many attempts as it takes. */
function waitUntilOpen(connection: Connection): void {
  for (let second = 0; second < 60 && connection.status.type !== "open"; second++) {
    jest.advanceTimersByTime(1_000);
  }
  expect(connection.status.type).toBe("open");
}

/** Lets up to `max` seconds pass while the connection is as it is. Returns how many did. */
function secondsAs(type: ClientStatus["type"], connection: Connection, max: number): number {
  let seconds = 0;
  for (; seconds < max && connection.status.type === type; seconds++) jest.advanceTimersByTime(1_000);
  return seconds;
}

test("a slow network is given more time when it was not enough", () => {
  Object.assign(network, { openMs: 8_000, answerMs: 1_000 });
  const connection = connect();
  waitUntilOpen(connection);
  connection.close("the test is over");
});

test("a network that is lost without a word is noticed within twenty-six seconds", () => {
  const connection = connect();
  jest.advanceTimersByTime(1_000);
  expect(secondsAs("open", connection, 60)).toBe(60);
  network.isLost = true;
  expect(secondsAs("open", connection, 60)).toBeLessThanOrEqual(26);
  expect(connection.status).toMatchObject({ type: "waiting", reason: "the gateway does not answer" });
  connection.close("the test is over");
});

test.each([4_000, 8_000, 14_000])(
  "a gateway that has nothing to tell, and answers in %d ms as it did to the hello, is still there",
  (answerMs) => {
    network.answerMs = answerMs;
    const connection = connect();
    waitUntilOpen(connection);
    pings = 0;
    expect(secondsAs("open", connection, 300)).toBe(300);
    // It is asked now and then, and not every second.
    expect(pings).toBeLessThan(40);
    connection.close("the test is over");
  },
);
