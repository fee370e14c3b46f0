import { describe, expect, test } from "bun:test";
import type { Channel } from "../protocol/messages.ts";
import { Subscriptions } from "./subscriptions.ts";

describe("the channels of one socket", () => {
  test("are resumed one by one, as far as the socket takes it", () => {
    const resumed: Channel[] = [];
    const subscriptions = new Subscriptions();
    for (const name of ["sku/A", "sku/B", "sku/C"] as const) {
      const ignore = () => undefined;
      subscriptions.add(name, {
        resync: ignore,
        pause: ignore,
        resume: () => resumed.push(name),
        end: ignore,
      });
    }
    subscriptions.pause();
    subscriptions.resume(() => resumed.length < 2);
    expect(resumed).toEqual(["sku/A", "sku/B"]);
    expect(subscriptions.isPaused).toBe(true);
    subscriptions.resume(() => true);
    expect(resumed).toEqual(["sku/A", "sku/B", "sku/C"]);
    expect(subscriptions.isPaused).toBe(false);
  });
});
