import { afterEach, describe, expect, jest, test } from "bun:test";
import type { ChannelFrame } from "./channel-view.ts";
import { problem } from "../protocol/problems.ts";
import { Channels } from "./channels.ts";

afterEach(() => void jest.useRealTimers());

function followed() {
  const sent: unknown[] = [];
  const states: unknown[] = [];
  const channels = new Channels((text) => sent.push(JSON.parse(text)));
  const stop = channels.follow("sku/A", { state: (state) => states.push(state), problem: undefined });
  return { channels, sent, states, stop };
}

function snapshot(epoch: number, offset: number, state: unknown): ChannelFrame {
  return { t: "snapshot", ch: "sku/A", epoch, offset, state };
}

function delta(epoch: number, prev: number, offset: number, fields: Record<string, unknown>): ChannelFrame {
  return { t: "delta", ch: "sku/A", epoch, offset, prev, fields };
}

describe("a followed channel", () => {
  test("puts snapshot and deltas together", () => {
    const { channels, states } = followed();
    channels.receive(snapshot(1, 1, { available: 5, title: "Mug" }));
    channels.receive(delta(1, 1, 4, { available: 3 }));
    expect(states).toEqual([
      { available: 5, title: "Mug" },
      { available: 3, title: "Mug" },
    ]);
  });

  test("asks once for the whole view when something is missing, and shows nothing half-known meanwhile", () => {
    const { channels, sent, states } = followed();
    channels.receive(snapshot(1, 1, { available: 5 }));
    channels.receive(delta(1, 2, 3, { available: 3 }));
    channels.receive(delta(1, 3, 4, { available: 2 }));
    channels.receive(delta(2, 1, 2, { available: 2 }));
    expect(sent).toEqual([
      { t: "subscribe", ch: "sku/A" },
      { t: "resync", ch: "sku/A" },
    ]);
    expect(states).toEqual([{ available: 5 }]);
    channels.receive(snapshot(2, 2, { available: 2 }));
    expect(states.at(-1)).toEqual({ available: 2 });
  });

  test("ignores what it has already", () => {
    const { channels, states, sent } = followed();
    channels.receive(snapshot(1, 5, { available: 5 }));
    channels.receive(delta(1, 5, 5, {}));
    channels.receive(delta(1, 3, 4, { available: 9 }));
    expect(states).toEqual([{ available: 5 }]);
    expect(sent).toHaveLength(1);
  });

  test("does not go back when another gateway is a moment behind, and goes on with what is newer", () => {
    jest.useFakeTimers();
    const { channels, states, sent } = followed();
    channels.receive(snapshot(2, 5, { available: 5 }));
    channels.open([]);
    channels.receive(snapshot(2, 4, { available: 6 }));
    channels.receive(snapshot(1, 9, { available: 7 }));
    expect(states).toEqual([{ available: 5 }]);
    channels.receive(snapshot(2, 6, { available: 4 }));
    jest.advanceTimersByTime(60_000);
    expect([states.length, sent.length]).toEqual([2, 2]);
  });

  test("believes a gateway that stays behind: the shop was restored", () => {
    jest.useFakeTimers();
    const { channels, states, sent } = followed();
    channels.receive(snapshot(2, 5, { available: 5 }));
    channels.receive(snapshot(1, 3, { available: 9 }));
    expect(sent).toHaveLength(1);
    jest.advanceTimersByTime(60_000);
    expect(sent.slice(1)).toEqual([{ t: "resync", ch: "sku/A" }]);
    channels.receive(snapshot(1, 3, { available: 9 }));
    expect(states).toEqual([{ available: 5 }, { available: 9 }]);
  });

  test("is not taken back once a gateway that was behind has caught up", () => {
    jest.useFakeTimers();
    const { channels, states, sent } = followed();
    channels.receive(snapshot(2, 5, { available: 5 }));
    channels.receive(snapshot(2, 3, { available: 7 }));
    channels.receive(delta(2, 3, 5, { available: 5 }));
    jest.advanceTimersByTime(60_000);
    expect([states, sent.length]).toEqual([[{ available: 5 }], 1]);
  });

  test("goes by the connection of the moment: how long a gateway before was behind says nothing about the next", () => {
    jest.useFakeTimers();
    const { channels, states } = followed();
    channels.receive(snapshot(2, 5, { available: 5 }));
    channels.receive(snapshot(2, 3, { available: 7 }));
    jest.advanceTimersByTime(9_000);
    channels.open(channels.resumePoints());
    channels.receive(snapshot(2, 4, { available: 6 }));
    jest.advanceTimersByTime(5_000);
    channels.receive(snapshot(2, 4, { available: 6 }));
    expect(states).toEqual([{ available: 5 }]);
  });

  test("is where it was when the connection goes before a gateway that stays behind has said so again", () => {
    jest.useFakeTimers();
    const { channels, states } = followed();
    channels.receive(snapshot(2, 5, { available: 5 }));
    channels.receive(snapshot(1, 3, { available: 9 }));
    jest.advanceTimersByTime(11_000);
    expect(channels.resumePoints()).toEqual([{ ch: "sku/A", epoch: 2, offset: 5 }]);
    channels.open(channels.resumePoints());
    channels.receive(snapshot(2, 4, { available: 6 }));
    expect(states).toEqual([{ available: 5 }]);
  });

  test("does not go back to a place since which nothing has changed: a gateway that asked earlier is not behind", () => {
    jest.useFakeTimers();
    const { channels, states, sent } = followed();
    channels.receive(snapshot(2, 5, { available: 0 }));
    const points = channels.resumePoints();
    channels.open(points);
    channels.receive(snapshot(2, 3, { available: 0 }));
    jest.advanceTimersByTime(60_000);
    channels.receive(snapshot(2, 3, { available: 0 }));
    expect(states).toEqual([{ available: 0 }]);
    channels.receive(delta(2, 3, 8, { available: 4 }));
    expect(states).toEqual([{ available: 0 }, { available: 4 }]);
    expect(sent.slice(1)).toEqual([{ t: "resync", ch: "sku/A" }]);
  });

  test("tells a late listener at once, and is left with the last one", () => {
    const { channels, sent, stop } = followed();
    channels.receive(snapshot(1, 1, null));
    const late: unknown[] = [];
    const stopLate = channels.follow("sku/A", { state: (state) => late.push(state), problem: undefined });
    expect(late).toEqual([null]);
    stop();
    expect(sent).toHaveLength(1);
    stopLate();
    expect(sent.at(-1)).toEqual({ t: "unsubscribe", ch: "sku/A" });
  });

  test("is resumed by its position, or subscribed anew without one", () => {
    const { channels, sent } = followed();
    channels.follow("cart", { state: () => undefined, problem: undefined });
    channels.receive(snapshot(3, 9, { available: 1 }));
    const points = channels.resumePoints();
    expect(points).toEqual([{ ch: "sku/A", epoch: 3, offset: 9 }]);
    sent.length = 0;
    channels.open(points);
    expect(sent).toEqual([{ t: "subscribe", ch: "cart" }]);
  });

  test("that was left while the connection came back is left there, too", () => {
    const { channels, sent, stop } = followed();
    channels.receive(snapshot(3, 9, { available: 1 }));
    const points = channels.resumePoints();
    stop();
    sent.length = 0;
    channels.open(points);
    expect(sent).toEqual([{ t: "unsubscribe", ch: "sku/A" }]);
  });
});

describe("a channel that the gateway could not keep", () => {
  const SUBSCRIBE = { t: "subscribe", ch: "sku/A" };
  const crowded = problem("too_many_channels", "The gateway watches as many products as it can.");

  function dismissed(reason = crowded) {
    jest.useFakeTimers();
    const client = followed();
    client.channels.receive(snapshot(1, 1, null));
    client.channels.fail("sku/A", reason);
    client.sent.length = 0;
    /** Lets time pass with its housekeeping. */
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        jest.advanceTimersByTime(1_000);
        client.channels.askAgain();
      }
    };
    return { ...client, pass };
  }

  test("is asked for again about once a minute, until it is there", () => {
    const { channels, sent, states, pass } = dismissed();
    pass(25);
    expect(sent).toEqual([]);
    pass(70);
    expect(sent).toEqual([SUBSCRIBE]);
    channels.fail("sku/A", crowded);
    pass(95);
    expect(sent).toEqual([SUBSCRIBE, SUBSCRIBE]);
    channels.receive(snapshot(1, 4, { available: 5 }));
    pass(300);
    expect([states, sent.length]).toEqual([[null, { available: 5 }], 2]);
  });

  test.each([10, 200])(
    "is not asked for before the %p seconds that the gateway has told, and soon after them",
    (seconds) => {
      const { sent, pass } = dismissed({ ...crowded, retryAfterMs: seconds * 1_000 });
      pass(seconds - 1);
      expect(sent).toEqual([]);
      pass(seconds / 2 + 2);
      expect(sent).toEqual([SUBSCRIBE]);
    },
  );

  test("is asked for at once by whoever follows it, too", () => {
    const { channels, sent, pass } = dismissed();
    const late: unknown[] = [];
    const listener = { state: (state: unknown) => late.push(state), problem: undefined };
    channels.follow("sku/A", listener);
    channels.follow("sku/A", { ...listener });
    expect(sent).toEqual([SUBSCRIBE]);
    channels.receive(snapshot(1, 4, { available: 5 }));
    pass(300);
    expect([late.at(-1), sent.length]).toEqual([{ available: 5 }, 1]);
  });

  test("is not asked for again by who has left it, or has another connection", () => {
    const { channels, sent, stop, pass } = dismissed();
    channels.open([]);
    pass(300);
    expect(sent).toEqual([SUBSCRIBE]);
    channels.fail("sku/A", crowded);
    stop();
    pass(300);
    expect(sent).toEqual([SUBSCRIBE, { t: "unsubscribe", ch: "sku/A" }]);
  });

  test("is not asked for again when nothing can have it", () => {
    jest.useFakeTimers();
    const { channels, sent } = followed();
    channels.fail("sku/A", problem("unknown_order", "This cart has no such order."));
    jest.advanceTimersByTime(300_000);
    channels.askAgain();
    channels.follow("sku/A", { state: () => undefined, problem: undefined });
    expect(sent).toEqual([SUBSCRIBE]);
  });
});
