import { afterEach, expect, test } from "bun:test";
import { agreeable, PretendShop } from "../load/testing/pretend-shop.ts";
import { FullSpeedLoad } from "./full-speed-load.ts";

const shops: PretendShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

test("an order that ends after the time is over is in the latencies, and in no rate", async () => {
  const stopped = Promise.withResolvers<void>();
  const shop = new PretendShop((frame) => {
    if (frame.op === "checkout") load.stop().then(stopped.resolve, stopped.reject);
    return agreeable(frame);
  });
  shops.push(shop);
  const load = await FullSpeedLoad.open([new URL(shop.socketUrl)], 1);
  load.count();
  load.start();
  await stopped.promise;
  expect(load.summary()).toStartWith("1 sockets: 0 orders/s, order p50 ");
  expect(load.summary()).not.toContain("p50 0 ms");
});
