import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Connection } from "./connection.ts";
import type { ClientStatus } from "./status.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

let network: FakeNetwork;

beforeEach(() => {
  jest.useFakeTimers();
  network = FakeNetwork.install();
});

afterEach(() => {
  network.remove();
  jest.useRealTimers();
});

function connect(statusChanged: (status: ClientStatus) => void = () => undefined): Connection {
  const connection = new Connection("ws://shop.example/v1/socket", undefined, true, {
    resumePoints: () => [],
    welcomed: () => undefined,
    received: () => undefined,
    statusChanged,
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
  network.openMs = 8_000;
  network.answerMs = 1_000;
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
    const pingsBefore = network.pings;
    expect(secondsAs("open", connection, 300)).toBe(300);
    // It is asked now and then, and not every second.
    expect(network.pings - pingsBefore).toBeLessThan(40);
    connection.close("the test is over");
  },
);

test("a gateway that welcomes and breaks at once is asked less and less often, one that lasted anew", () => {
  const attempts: number[] = [];
  const connection = connect((status) => {
    if (status.type === "waiting") attempts.push(status.attempt);
  });
  network.endsAfterMs = 100;
  jest.advanceTimersByTime(60_000);
  expect(attempts.length).toBeLessThan(100);
  expect(attempts).toEqual(attempts.map((_, index) => index + 1));
  network.endsAfterMs = 30_000;
  jest.advanceTimersByTime(120_000);
  expect(attempts.slice(-2)).toEqual([1, 1]);
  connection.close("the test is over");
});

test("a connection that lasted and is told to go elsewhere counts its attempts anew", () => {
  const attempts: number[] = [];
  const connection = connect((status) => {
    if (status.type === "connecting") attempts.push(status.attempt);
  });
  network.endsAfterMs = 100;
  jest.advanceTimersByTime(20_000);
  network.endsAfterMs = undefined;
  waitUntilOpen(connection);
  expect(attempts.at(-1)).toBeGreaterThan(1);
  jest.advanceTimersByTime(60_000);
  network.tell({ t: "reconnect", afterMs: 1_000, jitterMs: 0 });
  jest.advanceTimersByTime(1_000);
  expect(attempts.at(-1)).toBe(1);
  connection.close("the test is over");
});
