import { afterEach, expect, jest, test } from "bun:test";
import type { Welcome } from "../protocol/messages.ts";
import { Connection } from "./connection.ts";

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

afterEach(() => {
  globalThis.WebSocket = WEBSOCKET;
  jest.useRealTimers();
});

/** A socket of a network on which opening one takes eight seconds, and an answer one. */
class SlowSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: string }) => void) | undefined;
  readonly #timer = setTimeout(() => {
    this.readyState = 1;
    this.onopen?.();
  }, 8_000);

  send(text: string): void {
    if (text.includes("hello")) setTimeout(() => this.onmessage?.({ data: JSON.stringify(WELCOME) }), 1_000);
  }

  close(): void {
    this.readyState = 3;
    clearTimeout(this.#timer);
  }
}

test("a slow network is given more time when it was not enough", () => {
  jest.useFakeTimers();
  globalThis.WebSocket = SlowSocket as unknown as typeof WebSocket;
  const connection = new Connection("ws://shop.example/v1/socket", undefined, true, {
    resumePoints: () => [],
    welcomed: () => undefined,
    received: () => undefined,
    statusChanged: () => undefined,
    ticked: () => undefined,
  });
  connection.open();
  for (let second = 0; second < 60 && connection.status.type !== "open"; second++) {
    jest.advanceTimersByTime(1_000);
  }
  expect(connection.status.type).toBe("open");
  connection.close("the test is over");
});
