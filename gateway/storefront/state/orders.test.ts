import { expect, test } from "bun:test";
import type { Problem } from "../../protocol/messages.ts";
import { problem } from "../../protocol/problems.ts";
import { FakeShop, settled } from "../testing/fake-shop.ts";
import { followOrder } from "./orders.ts";
import { ShopLink } from "./shop-link.ts";

/** What the page says of an order that cannot be shown because of `reason`. */
async function refusedWith(reason: Problem): Promise<unknown> {
  const { client } = new FakeShop();
  const refusing = new ShopLink(
    Promise.resolve({
      ...client,
      subscribe: (_channel, _listener, onProblem) => {
        onProblem?.(reason);
        return () => undefined;
      },
    }),
  );
  const { state, leave } = followOrder(refusing, "cart-2~1");
  await settled();
  leave();
  return state.value;
}

test.each([
  problem("unknown_order", "This session has no such order.", { field: "order" }),
  problem("unknown_channel", "Nothing can have the name of this channel."),
])("an order of somebody else, and one that cannot be, is not there: $code", async (reason) => {
  expect(await refusedWith(reason)).toEqual({
    type: "unknown",
    detail: "There is no such order in this cart.",
  });
});

test("whatever else keeps an order from being shown is told in words for shoppers", async () => {
  const reason = problem("session_expired", "The session has expired; start a new one.");
  expect(await refusedWith(reason)).toMatchObject({ detail: expect.stringContaining("reload the page") });
});
