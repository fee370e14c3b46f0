import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { WatchedShop } from "./testing/watched-shop.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

// A client believes a gateway that stays behind for longer than this.
const LONG_MS = 60_000;

describe("who goes to another gateway is never shown something older", () => {
  test("where the view was asked for earlier, and nothing has happened to it since", async () => {
    const shop = await WatchedShop.open();
    await shop.change();
    shop.newClient().connect(shop.gateway(1));
    for (let times = 0; times < 5; times += 1) await shop.change(shop.neighbour);
    await shop.connect(0);
    await shop.connect(1);
    await shop.pass(LONG_MS);
    await shop.change();
    expect(shop.client.seen).toEqual([
      { state: { total: 1, adds: 1 }, position: { epoch: 1, offset: 7 } },
      { state: { total: 2, adds: 2 }, position: { epoch: 1, offset: 8 } },
    ]);
  });

  test("where views of the last seconds are still on their way", async () => {
    const shop = await WatchedShop.open();
    await shop.change();
    shop.newClient().connect(shop.gateway(1));
    await shop.connect(0);
    shop.gateway(1).from(0).hold();
    await shop.change();
    await shop.connect(1);
    await shop.pass(9_000);
    shop.gateway(1).from(0).release();
    await shop.pass(LONG_MS);
    await shop.change();
    expect(shop.client.seen.map(({ position }) => position.offset)).toEqual([2, 3, 4]);
  });

  test("where it is not known yet that the shard has gone to another lane, or has come back", async () => {
    const shop = await WatchedShop.open();
    await shop.change();
    shop.newClient().connect(shop.gateway(1));
    for (const lane of [1, 0]) {
      await shop.connect(0);
      const tell = await shop.move();
      tell(shop.gateway(0));
      await shop.change();
      await shop.connect(1);
      await shop.pass(3_000);
      tell(shop.gateway(1));
      await shop.pass(LONG_MS);
      await shop.change();
      expect(shop.rig.lane(lane).shards).toContain(0);
    }
    expect(shop.client.hasNeverGoneBack).toBe(true);
    expect(shop.client.seen.at(-1)).toEqual({
      state: { total: 5, adds: 5 },
      position: { epoch: 3, offset: 8 },
    });
  });

  test("where the last one who watched has left, and views of the shard's former owner are still on their way", async () => {
    const shop = await WatchedShop.open();
    await shop.connect(1);
    shop.gateway(1).from(0).hold();
    await shop.change();
    await shop.connect(0);
    const tell = await shop.move();
    tell(shop.gateway(0));
    tell(shop.gateway(1));
    await shop.change();
    shop.gateway(1).from(1).hold();
    await shop.connect(1);
    shop.gateway(1).from(0).release();
    await shop.pass(3_000);
    shop.gateway(1).from(1).release();
    await shop.pass(LONG_MS);
    expect(shop.client.hasNeverGoneBack).toBe(true);
    expect(shop.client.seen.at(-1)).toEqual({
      state: { total: 2, adds: 2 },
      position: { epoch: 2, offset: 4 },
    });
  });
});
