import { expect, test } from "bun:test";
import type { SentMessage } from "../contract/segment.ts";
import { trustedAddress } from "../lane/work.ts";
import type { Segment } from "../ports/journal.ts";
import { Inbox } from "./inbox.ts";

function sending(shard: number, seq: number, to: readonly string[]): Segment {
  const sent = to.map((address, index): SentMessage => {
    const [tenant = "", kind = "", id = ""] = address.split("/");
    const number = seq * 10 + index;
    return { toShard: 1, number, tenant, kind, id, version: 1, command: { type: "WakeUp" } };
  });
  const empty = { actors: [], delivered: [], received: [], called: [], answered: [] };
  return { shard, seq, epoch: 1, batchId: "batch", body: { ...empty, atMs: seq, sent } };
}

test("an inbox has the messages of its actor alone", () => {
  const inbox = new Inbox(trustedAddress("shop", "cart", "C"));
  inbox.add(sending(2, 1, ["shop/cart/C", "shop/cart/D", "shop/order/C", "other/cart/C"]));
  expect(inbox.onTheirWay.map(({ number }) => number)).toEqual([10]);
});

test("messages are taken by shard, up to a number, once", () => {
  const inbox = new Inbox(trustedAddress("shop", "cart", "C"));
  for (const shard of [2, 3]) inbox.add(sending(shard, 1, ["shop/cart/C", "shop/cart/C", "shop/cart/C"]));
  const taken = (shard: number, number: number) => inbox.take(shard, number).map((message) => message.number);
  expect([taken(2, 11), taken(2, 11), taken(3, 99), taken(4, 99)]).toEqual([[10, 11], [], [10, 11, 12], []]);
  expect(inbox.onTheirWay.map(({ fromShard, number }) => [fromShard, number])).toEqual([[2, 12]]);
});
