import { describe, expect, test } from "bun:test";
import { parseKind, parseTenant } from "../../engine/contract/address.ts";
import type { ResumePoint } from "../protocol/messages.ts";
import { PublicChannels } from "./public-channels.ts";
import { HandClock } from "./testing/hand-clock.ts";
import { Listener } from "./testing/listener.ts";
import { ScriptedViews } from "./testing/scripted-views.ts";

function fixture(channelsMax = 10) {
  const [tenant, kind] = [parseTenant("shop"), parseKind("inventory")];
  if (tenant === undefined || kind === undefined) throw new Error("names of the fixture");
  const views = new ScriptedViews();
  const clock = new HandClock();
  const listeners: Listener[] = [];
  let published = 0;
  const publish = (topic: string, frame: string) => {
    published += 1;
    for (const listener of listeners) if (listener.topics.has(topic)) listener.send(frame);
  };
  const channels = new PublicChannels({
    dispatcher: views,
    tenant,
    kind,
    clock,
    publish,
    tickMs: 50,
    channelsMax,
  });
  const follow = (channel: `sku/${string}` = "sku/A", point?: ResumePoint) => {
    const listener = new Listener();
    listeners.push(listener);
    const subscribed = channels.subscribe(channel, listener, point);
    listener.subscription = "code" in subscribed ? undefined : subscribed;
    return { listener, subscription: listener.subscription };
  };
  return { views, clock, channels, follow, published: () => published };
}

describe("a public channel", () => {
  test("sends the whole view first and then what changed, with one watch for all", () => {
    const { views, clock, follow } = fixture();
    const first = follow().listener;
    views.tell(1, 7, { available: 5, title: "Mug" });
    const second = follow().listener;
    views.tell(1, 8, { available: 4, title: "Mug" });
    clock.pass(50);
    const expected = [
      { t: "snapshot", ch: "sku/A", epoch: 1, offset: 7, state: { available: 5, title: "Mug" } },
      { t: "delta", ch: "sku/A", epoch: 1, offset: 8, prev: 7, fields: { available: 4 } },
    ];
    expect(first.frames).toEqual(expected);
    expect(second.frames).toEqual(expected);
    expect(views.watchesMade).toBe(1);
  });

  test("conflates what changes within a tick", () => {
    const { views, clock, follow, published } = fixture();
    const { listener } = follow();
    views.tell(1, 1, { available: 100 });
    for (let offset = 2; offset <= 90; offset++) views.tell(1, offset, { available: 100 - offset });
    clock.pass(50);
    for (let offset = 91; offset <= 99; offset++) views.tell(1, offset, { available: 100 - offset });
    clock.pass(10);
    expect(published()).toBe(1);
    clock.pass(40);
    expect(published()).toBe(2);
    expect(listener.frames.at(-1)).toMatchObject({ offset: 99, prev: 90, fields: { available: 1 } });
  });

  test("sends the whole view when the shard has moved, or the view begins or ends", () => {
    const { views, clock, follow } = fixture();
    const { listener } = follow();
    views.tell(1, 0, null);
    views.tell(1, 1, { available: 1 });
    clock.pass(50);
    views.tell(2, 0, { available: 1 });
    clock.pass(50);
    views.tell(2, 1, { available: 1, sale: null });
    clock.pass(50);
    views.tell(2, 2, { available: 1 });
    clock.pass(50);
    expect(listener.frames.map(({ t, epoch, offset }) => [t, epoch, offset])).toEqual([
      ["snapshot", 1, 0],
      ["snapshot", 1, 1],
      ["snapshot", 2, 0],
      ["delta", 2, 1],
      ["snapshot", 2, 2],
    ]);
  });

  test("never goes back", () => {
    const { views, clock, follow } = fixture();
    const { listener } = follow();
    views.tell(2, 5, { available: 5 });
    views.tell(2, 4, { available: 6 });
    views.tell(1, 9, { available: 7 });
    clock.pass(50);
    expect(listener.frames).toHaveLength(1);
  });

  test("sends next to nothing to those who have it already", () => {
    const { views, follow } = fixture();
    const { listener } = follow("sku/A", { ch: "sku/A", epoch: 1, offset: 7 });
    views.tell(1, 7, { available: 5 });
    expect(listener.frames).toEqual([{ t: "delta", ch: "sku/A", epoch: 1, offset: 7, prev: 7, fields: {} }]);
    const { listener: late } = follow("sku/A", { ch: "sku/A", epoch: 1, offset: 6 });
    expect(late.frames).toMatchObject([{ t: "snapshot", offset: 7 }]);
  });

  test("ends its watch with the last subscriber", () => {
    const { views, channels, follow } = fixture();
    const first = follow();
    const second = follow();
    first.subscription?.end();
    expect(views.listeners.size).toBe(1);
    second.subscription?.end();
    expect(views.listeners.size).toBe(0);
    expect(channels.size).toBe(0);
  });

  test("is refused when as many are watched as may be", () => {
    const { follow } = fixture(1);
    expect(follow("sku/A").subscription).toBeDefined();
    expect(follow("sku/B").subscription).toBeUndefined();
    expect(follow("sku/A").subscription).toBeDefined();
  });

  test("gives up the vacant one that the fewest watch, and the newest of these", () => {
    const { views, follow } = fixture(4);
    const names = ["sku/AWAITED-1", "sku/NO-1", "sku/NO-2", "sku/AWAITED-2"] as const;
    const watchers = [...names, names[0], names[3]].map((name) => follow(name).listener);
    views.tell(1, 1, null);
    const gone = () =>
      watchers.flatMap(({ frames }) => frames.filter(({ t }) => t === "problem")).map(({ ch }) => ch);
    follow("sku/A");
    expect(gone()).toEqual(["sku/NO-2"]);
    follow("sku/B");
    expect(gone()).toEqual(["sku/NO-1", "sku/NO-2"]);
    follow("sku/C");
    expect(gone()).toEqual(["sku/NO-1", "sku/NO-2", "sku/AWAITED-2", "sku/AWAITED-2"]);
  });

  test("leaves nothing behind when all are ended: what is watched later is told, and those before hear no more", () => {
    const { views, clock, channels, follow } = fixture(1);
    const before = follow("sku/NO-1").listener;
    views.tell(1, 1, null);
    views.tell(1, 2, null);
    channels.close();
    const after = follow("sku/A").listener;
    views.tell(1, 1, { available: 2 });
    views.tell(1, 2, { available: 1 });
    clock.pass(50);
    expect(after.frames).toMatchObject([{ t: "snapshot" }, { t: "delta", fields: { available: 1 } }]);
    expect(follow("sku/B").subscription).toBeUndefined();
    expect(before.frames).toMatchObject([{ t: "snapshot" }]);
  });

  test("sends nothing to a subscriber that paused before anything was known", () => {
    const { views, follow } = fixture();
    const { listener, subscription } = follow();
    subscription?.pause();
    views.tell(1, 1, { available: 3 });
    expect(listener.frames).toEqual([]);
    subscription?.resume();
    expect(listener.frames).toMatchObject([{ t: "snapshot", offset: 1 }]);
  });

  test("skips a paused subscriber and gives it the whole view afterwards", () => {
    const { views, clock, follow } = fixture();
    const { listener, subscription } = follow();
    views.tell(1, 1, { available: 3 });
    subscription?.pause();
    subscription?.resync();
    views.tell(1, 2, { available: 2 });
    clock.pass(50);
    expect(listener.frames).toHaveLength(1);
    subscription?.resume();
    views.tell(1, 3, { available: 1 });
    clock.pass(50);
    expect(listener.frames.slice(1)).toMatchObject([
      { t: "snapshot", offset: 2 },
      { t: "delta", prev: 2, offset: 3 },
    ]);
  });
});
