import { expect, test } from "bun:test";
import { Tally } from "../flash-sale/tally.ts";
import { BuyerCrowd } from "./buyer-crowd.ts";
import { CountedPeer } from "./testing/counted-peer.ts";

async function stocked(units: number): Promise<CountedPeer> {
  const peer = new CountedPeer();
  await peer.stock(units);
  return peer;
}

function crowdAt(peer: CountedPeer, plan: { readonly buyers: number; readonly attempts?: number }) {
  const tally = new Tally<string>();
  tally.open();
  const { buyers, attempts } = plan;
  return { tally, crowd: new BuyerCrowd(peer, tally, { buyers, keyPrefix: "k-", attempts }) };
}

test("every buyer has one order under way at a time, and begins again until the attempts are used up", async () => {
  const peer = await stocked(100);
  const { tally, crowd } = crowdAt(peer, { buyers: 4, attempts: 20 });
  await crowd.buy();
  expect([tally.confirmed, peer.orders.size, peer.waitingMost]).toEqual([20, 20, 4]);
  expect(new Set(tally.acknowledged)).toEqual(peer.orders);
});

test("whoever finds it sold out counts as refused, and asks on while there are attempts", async () => {
  const { tally, crowd } = crowdAt(await stocked(5), { buyers: 3, attempts: 12 });
  await crowd.buy();
  expect([tally.confirmed, tally.refused]).toEqual([5, 7]);
});

test("a crowd without a number of attempts leaves when everything is sold", async () => {
  const { tally, crowd } = crowdAt(await stocked(50), { buyers: 3 });
  await crowd.buy();
  expect(tally.confirmed).toBe(50);
  expect(tally.refused).toBeWithin(1, 4);
});

test("a crowd that is told to stop ends what is under way", async () => {
  const peer = await stocked(1_000_000);
  const { tally, crowd } = crowdAt(peer, { buyers: 3 });
  const bought = crowd.buy();
  crowd.stop();
  await bought;
  expect([tally.confirmed, peer.holds.size]).toEqual([3, 0]);
});

test("a peer that fails ends the crowd, once nobody waits for it any more", async () => {
  const peer = await stocked(1_000);
  peer.checkOut = () => Promise.reject(new Error("the disk is full"));
  const { tally, crowd } = crowdAt(peer, { buyers: 3 });
  await expect(crowd.buy()).rejects.toThrow("the disk is full");
  expect([tally.confirmed, peer.holds.size]).toEqual([0, 3]);
});
