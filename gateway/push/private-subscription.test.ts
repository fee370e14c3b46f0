import { describe, expect, test } from "bun:test";
import type { Address } from "../../engine/contract/address.ts";
import { parseKind, parseTenant } from "../../engine/contract/address.ts";
import type { ResumePoint } from "../protocol/messages.ts";
import { PrivateSubscription } from "./private-subscription.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Listener } from "./testing/listener.ts";
import { ScriptedViews } from "./testing/scripted-views.ts";

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

  test("sends the whole view that was asked for during a pause, and nothing before its end", () => {
    const { views, listener, subscription } = own();
    const subscriptions = new Subscriptions();
    subscriptions.add("cart", subscription);
    views.tell(1, 1, { totalMinor: 1 });
    subscriptions.pause();
    subscriptions.resync("cart");
    expect(listener.frames).toHaveLength(1);
    subscriptions.resume(() => true);
    expect(listener.frames.slice(1)).toMatchObject([{ t: "snapshot", offset: 1 }]);
  });

  test("is silent after its end", () => {
    const { views, listener, subscription } = own();
    subscription.end();
    views.tell(1, 1, { totalMinor: 1 });
    expect(listener.frames).toEqual([]);
  });
});
