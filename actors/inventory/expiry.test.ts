import { beforeEach, describe, expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { TestInventory, answerOf, typesOf } from "../testing/test-inventory.ts";
import { addressIn } from "../testing/test-shop.ts";

let mug = new TestInventory(5);

beforeEach(() => {
  mug = new TestInventory(5);
});

describe("the end of a hold", () => {
  test("comes at its expiry by a wake-up, once, and its cart is told", () => {
    mug.hold("c1#1", 2);
    const dueAtMs = mug.nowMs + limits.holdTtlMs;
    expect(mug.dueAtMs()).toBe(dueAtMs);
    mug.nowMs = dueAtMs - 1;
    expect(mug.wake().events).toEqual([]);
    mug.nowMs = dueAtMs;
    expect(mug.wake()).toMatchObject({
      events: [{ type: "HoldExpired", holdId: "c1#1", quantity: 2 }],
      messages: [{ to: addressIn("cart", "c1"), command: { type: "LineExpired", holdId: "c1#1" } }],
    });
    expect(mug.wake().events).toEqual([]);
    expect(mug.dueAtMs()).toBeUndefined();
    expect(mug.view()).toMatchObject({ available: 5 });
  });

  test("counts for a command at its expiry, before the wake-up has come", () => {
    mug.hold("c1#1", 5);
    mug.nowMs += limits.holdTtlMs;
    const decision = mug.hold("c2#1", 5);
    expect(typesOf(decision)).toEqual(["HoldExpired", "HoldPlaced"]);
    expect(mug.view()).toMatchObject({ available: 0 });
  });

  test("a command for the hold itself sees it as gone", () => {
    for (const [index, run] of [
      () => mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 1 }),
      () => mug.run({ type: "SellHold", holdId: "c1#1", orderId: "c1~1", line: 1 }),
      () => mug.run({ type: "ReleaseHold", holdId: "c1#1" }),
    ].entries()) {
      mug = new TestInventory(5);
      mug.hold("c1#1", 5);
      mug.nowMs += limits.holdTtlMs;
      expect([index, typesOf(run())]).toEqual([index, ["HoldExpired"]]);
    }
  });

  test("a refused command still ends the holds that are due", () => {
    mug.hold("c1#1", 5);
    mug.nowMs += limits.holdTtlMs;
    expect(typesOf(mug.run({ type: "ReceiveStock", quantity: 0 }))).toEqual(["HoldExpired"]);
  });

  test("several due holds end in one decision, the earliest first", () => {
    mug.hold("c2#1", 1);
    mug.nowMs += 1;
    mug.hold("c1#1", 1);
    mug.hold("c0#1", 1);
    mug.nowMs += limits.holdTtlMs;
    expect(mug.wake().events).toMatchObject([{ holdId: "c2#1" }, { holdId: "c0#1" }, { holdId: "c1#1" }]);
  });

  test("by release happens once; an unknown hold is ignored", () => {
    mug.hold("c1#1", 2);
    expect(typesOf(mug.run({ type: "ReleaseHold", holdId: "c1#1" }))).toEqual(["HoldReleased"]);
    expect(mug.run({ type: "ReleaseHold", holdId: "c1#1" }).events).toEqual([]);
    expect(mug.dueAtMs()).toBeUndefined();
  });
});

describe("extending", () => {
  test("gives the same length once more, and only once", () => {
    mug.hold("c1#1", 1);
    const expiresAtMs = mug.nowMs + 2 * limits.holdTtlMs;
    mug.nowMs += 60_000;
    expect(answerOf(mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 3 }))).toEqual({
      type: "ExtensionAnswered",
      holdId: "c1#1",
      ticket: 3,
      answer: { type: "extended", expiresAtMs },
    });
    expect(mug.dueAtMs()).toBe(expiresAtMs);
    expect(answerOf(mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 4 }))).toMatchObject({
      answer: { refusal: { code: "already_extended" } },
    });
    expect(answerOf(mug.run({ type: "ExtendHold", holdId: "c9#1", ticket: 5 }))).toMatchObject({
      answer: { refusal: { code: "hold_not_found" } },
    });
  });
});
