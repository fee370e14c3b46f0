import { expect, test } from "bun:test";
import { refusalText } from "../model/refusal-text.ts";
import { Cart } from "./cart.ts";
import { CartChanges } from "./cart-changes.ts";
import { cartLine, FakeShop, settled } from "../testing/fake-shop.ts";
import { announceEndingHolds } from "./hold-milestones.ts";
import { Notices } from "./notices.ts";
import { ShopClock } from "./shop-clock.ts";

test("a hold is announced once when it has less than a minute left, and again after its extension", async () => {
  const shop = new FakeShop();
  const notices = new Notices();
  const said: string[] = [];
  notices.said.subscribe((text) => void (text !== "" && said.push(text.trim())));
  const cart = new Cart(shop.link, notices, refusalText);
  const changes = new CartChanges(shop.link, notices, cart, () => null);
  const clock = new ShopClock(() => shop.nowMs);
  const stop = announceEndingHolds(changes, clock, notices);
  await settled();
  shop.showCart({ lines: [cartLine({ holdExpiresAtMs: 1_100_000 })], currency: "GBP" });
  expect(said).toEqual([]);
  for (const nowMs of [1_041_000, 1_042_000]) {
    shop.nowMs = nowMs;
    clock.tick();
  }
  expect(said).toEqual(["Less than a minute left to buy Mug."]);
  shop.showCart({ lines: [cartLine({ holdExpiresAtMs: 1_700_000, extended: true })] });
  shop.nowMs = 1_650_000;
  clock.tick();
  expect(said).toHaveLength(2);
  stop();
  clock.stop();
});

test("holds that end together are announced together: who listens would hear only the last of them", async () => {
  const shop = new FakeShop();
  const notices = new Notices();
  const said: string[] = [];
  notices.said.subscribe((text) => void (text !== "" && said.push(text)));
  const clock = new ShopClock(() => shop.nowMs);
  const cart = new Cart(shop.link, notices, refusalText);
  const changes = new CartChanges(shop.link, notices, cart, () => null);
  const stop = announceEndingHolds(changes, clock, notices);
  await settled();
  const titles = ["Mug", "Lamp", "Kite"];
  const lines = titles.map((title, index) =>
    cartLine({ line: index + 1, sku: title, title, holdExpiresAtMs: 1_030_000 + index }),
  );
  shop.showCart({ lines, currency: "GBP" });
  expect(said).toEqual(["Less than a minute left to buy Mug, Lamp and Kite."]);
  stop();
  clock.stop();
});
