import { describe, expect, test } from "bun:test";
import { parseKind, parseTenant } from "../../engine/contract/address.ts";
import type { Address } from "../../engine/contract/address.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { Dispatcher, ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { Channel, ResumePoint } from "../protocol/messages.ts";
import { PrivateSubscription } from "./private-subscription.ts";
import { PublicChannels } from "./public-channels.ts";
import type { Subscriber } from "./subscriber.ts";
import { Subscriptions } from "./subscriptions.ts";

type Frame = Readonly<Record<string, unknown>>;

/** Views that a test changes by hand. */
class ScriptedViews implements Dispatcher {
  readonly listeners = new Set<(update: ViewUpdate) => void>();
  watchesMade = 0;

  dispatch(): void {
    throw new Error("channels send no commands");
  }

  read(): Promise<ViewUpdate> {
    return Promise.reject(new Error("channels read nothing"));
  }

  watch(_address: Address, listener: (update: ViewUpdate) => void): () => void {
    this.watchesMade += 1;
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(epoch: number, offset: number, view: Data): void {
    for (const listener of this.listeners) listener({ epoch, offset, view });
  }
}

/** A clock that moves by hand. */
class HandClock {
  #nowMs = 1_000;
  #tasks: { readonly atMs: number; readonly task: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, task };
    this.#tasks.push(entry);
    return () => (this.#tasks = this.#tasks.filter((other) => other !== entry));
  }

  soon(task: () => void): void {
    task();
  }

  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#tasks.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#tasks = this.#tasks.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { task } of due) task();
  }
}

/** A socket that keeps what it is sent, by itself or through a topic. */
class Listener implements Subscriber {
  readonly frames: Frame[] = [];
  readonly topics = new Set<string>();

  send(frame: string): void {
    this.frames.push(JSON.parse(frame) as Frame);
  }

  join(topic: string): void {
    this.topics.add(topic);
  }

  leave(topic: string): void {
    this.topics.delete(topic);
  }
}

function fixture(channelsMax = 10) {
  const [tenant, inventoryKind] = [parseTenant("shop"), parseKind("inventory")];
  if (tenant === undefined || inventoryKind === undefined) throw new Error("names of the fixture");
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
    inventoryKind,
    clock,
    publish,
    tickMs: 50,
    channelsMax,
  });
  const follow = (channel: `sku/${string}` = "sku/A", point?: ResumePoint) => {
    const listener = new Listener();
    listeners.push(listener);
    return { listener, subscription: channels.subscribe(channel, listener, point) };
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

describe("a private channel", () => {
  function own(point?: ResumePoint) {
    const views = new ScriptedViews();
    const listener = new Listener();
    const [tenant, kind] = [parseTenant("shop"), parseKind("cart")];
    if (tenant === undefined || kind === undefined) throw new Error("names of the fixture");
    const address = { tenant, kind, id: "c1" } as Address;
    return {
      views,
      listener,
      subscription: new PrivateSubscription("cart", address, views, listener, point),
    };
  }

  test("sends every view", () => {
    const { views, listener } = own();
    for (let offset = 1; offset <= 3; offset++) views.tell(1, offset, { totalMinor: offset });
    expect(listener.frames).toMatchObject([
      { t: "snapshot", offset: 1 },
      { t: "delta", prev: 1, offset: 2 },
      { t: "delta", prev: 2, offset: 3 },
    ]);
  });

  test("resumes where the client is", () => {
    const { views, listener } = own({ ch: "cart", epoch: 1, offset: 4 });
    views.tell(1, 4, { totalMinor: 4 });
    views.tell(1, 5, { totalMinor: 5 });
    expect(listener.frames).toMatchObject([
      { t: "delta", prev: 4, offset: 4, fields: {} },
      { t: "delta", prev: 4, offset: 5, fields: { totalMinor: 5 } },
    ]);
  });

  test("sends the whole view after a pause only if it changed meanwhile", () => {
    const { views, listener, subscription } = own();
    views.tell(1, 1, { totalMinor: 1 });
    subscription.pause();
    subscription.resume();
    expect(listener.frames).toHaveLength(1);
    subscription.pause();
    views.tell(1, 2, { totalMinor: 2 });
    expect(listener.frames).toHaveLength(1);
    subscription.resume();
    expect(listener.frames.at(-1)).toMatchObject({ t: "snapshot", offset: 2 });
  });

  test("is silent after its end", () => {
    const { views, listener, subscription } = own();
    subscription.end();
    views.tell(1, 1, { totalMinor: 1 });
    expect(listener.frames).toEqual([]);
  });
});

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
