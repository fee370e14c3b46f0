import { describe, expect, test } from "bun:test";
import type { Channel } from "../protocol/messages.ts";
import { Subscriptions } from "./subscriptions.ts";

/** A channel that keeps what it was told to do. */
function channel() {
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  return {
    told,
    resync: tell("resync"),
    pause: tell("pause"),
    resume: tell("resume"),
    end: tell("end"),
  };
}

describe("the channels of one socket", () => {
  test("wait for it to read, also those that it asks for meanwhile", () => {
    const subscriptions = new Subscriptions();
    subscriptions.pause();
    const late = channel();
    subscriptions.add("sku/LATE", late);
    expect([late.told, subscriptions.isPaused]).toEqual([["pause"], true]);
    subscriptions.resume(() => true);
    expect([late.told, subscriptions.isPaused]).toEqual([["pause", "resume"], false]);
    const next = channel();
    subscriptions.add("sku/NEXT", next);
    expect(next.told).toEqual([]);
  });

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
