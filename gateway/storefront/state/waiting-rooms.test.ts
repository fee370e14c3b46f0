import { expect, test } from "bun:test";
import type { Signal } from "@preact/signals";
import type { InventoryView, QueueView } from "../../protocol/views.ts";
import { refusalText } from "../model/refusal-text.ts";
import { cartLine, FakeShop, refusal, settled } from "../testing/fake-shop.ts";
import { Cart } from "./cart.ts";
import { Notices } from "./notices.ts";
import { ShopClock } from "./shop-clock.ts";
import type { Shop } from "./shop.ts";
import { Stock } from "./stock.ts";
import { WaitingRooms } from "./waiting-rooms.ts";

const mug = { sku: "MUG", title: "Mug" };
const queue: QueueView = {
  sale: "drop",
  opensAtMs: 0,
  startsAtMs: 1_000_000,
  endsAtMs: 9_000_000,
  admissionMs: 60_000,
  issued: 8,
  shuffle: { size: 0, seed: 1 },
  line: { base: 0, sinceMs: 1_000_000, perMinute: 1, passed: 0 },
};

/** A browser with tabs that share what it keeps. */
class FakeBrowser {
  readonly #values = new Map<string, string>();
  readonly #listeners = new Set<(event: { readonly key: string | null }) => void>();

  /** A tab of it, which hears what others write. */
  tab() {
    let own: (event: { readonly key: string | null }) => void = () => undefined;
    const localStorage = {
      getItem: (name: string) => this.#values.get(name) ?? null,
      setItem: (name: string, value: string) => {
        this.#values.set(name, value);
        for (const listener of this.#listeners) if (listener !== own) listener({ key: name });
      },
      removeItem: (name: string) => void this.#values.delete(name),
    } as Storage;
    return {
      localStorage,
      addEventListener: (_: "storage", listener: typeof own) => {
        own = listener;
        this.#listeners.add(listener);
      },
    };
  }
}

async function openTab(place: ReturnType<FakeBrowser["tab"]> = new FakeBrowser().tab()) {
  const fake = new FakeShop();
  const { link } = fake;
  const notices = new Notices();
  const said: string[] = [];
  notices.said.subscribe((text) => void (text !== "" && said.push(text)));
  const cart = new Cart(link, notices, refusalText);
  const clock = new ShopClock(() => fake.nowMs);
  clock.stop();
  const shop = { name: "Shop", link, clock, notices, cart, stock: new Stock(link) } as Shop;
  const rooms = new WaitingRooms(shop, place);
  await settled();
  const room = rooms.of("drop");
  room.watch();
  fake.showQueue(queue);
  const at = (nowMs: number): void => {
    fake.nowMs = nowMs;
    clock.tick();
  };
  const join = async (number: number, product = mug) => {
    const joined = room.join(product);
    await settled();
    fake.asked.at(-1)?.answer({ ok: true, value: { sale: "drop", number, ticket: `signed ${number}` } });
    await joined;
  };
  return { fake, notices, said, cart, stock: shop.stock, rooms, room, at, join };
}

test("whoever joins has a place, and what is added to the cart shows it", async () => {
  const { room, cart, join, fake } = await openTab();
  expect(room.situation.value).toMatchObject({ type: "open", others: 8 });
  const twice = room.join(mug);
  await join(8);
  await twice.catch(() => undefined);
  expect(fake.asked.map(({ values }) => values)).toEqual([{ sale: "drop" }]);
  expect(room.situation.value).toMatchObject({ type: "waiting", ahead: 8 });
  expect(cart.tickets.get("drop")).toBe("signed 8");
});

test("a place is there after a reload and in all tabs, and nobody else's", async () => {
  const browser = new FakeBrowser();
  const first = await openTab(browser.tab());
  const second = await openTab(browser.tab());
  await first.join(8);
  expect(second.room.ticket.value?.number).toBe(8);
  const reloaded = await openTab(browser.tab());
  expect(reloaded.room.ticket.value?.number).toBe(8);
  first.rooms.tickets.hold({ ...mug, sale: "drop", number: 1, ticket: "stolen", customer: "somebody else" });
  expect(second.room.ticket.value).toBeUndefined();
});

test("a connection that comes back with another session has none of the places of the one before", async () => {
  const { fake, cart, join, room } = await openTab();
  await join(8);
  fake.comeBackAs("customer-2");
  expect(room.ticket.value).toBeUndefined();
  expect(cart.tickets.size).toBe(0);
  fake.comeBackAs("customer-1");
  expect(room.ticket.value?.number).toBe(8);
});

test("where the browser keeps nothing the tab has its place all the same", async () => {
  const place = {
    get localStorage(): Storage {
      throw new DOMException("Access is denied.", "SecurityError");
    },
    addEventListener: () => undefined,
  };
  const { room, join } = await openTab(place);
  await join(8);
  expect(room.ticket.value?.number).toBe(8);
});

test("whoever joins again shows the ticket, and one that the shop does not know is shown no more", async () => {
  const { fake, room, join } = await openTab();
  await join(3);
  const again = room.join(mug);
  await settled();
  expect(fake.asked[1]?.values).toEqual({ sale: "drop", ticket: "signed 3" });
  fake.asked[1]?.answer(refusal("invalid_ticket", "Not a ticket."));
  await settled();
  expect(fake.asked[2]?.values).toEqual({ sale: "drop" });
  fake.asked[2]?.answer({ ok: true, value: { sale: "drop", number: 9, ticket: "signed 9" } });
  await again;
  expect(room.ticket.value?.number).toBe(9);
});

test("why nobody can join is told, and can be tried again", async () => {
  const { fake, notices, room } = await openTab();
  const joined = room.join(mug);
  await settled();
  fake.asked[0]?.answer(refusal("queue_full", "Full."));
  await joined;
  expect(notices.shown.value.map(({ text }) => text)).toEqual(["The waiting room is full at the moment."]);
  expect(room.isJoining.value).toBe(false);
});

test("what becomes of a place is said when it comes, and not again each second", async () => {
  const { said, at, join, room } = await openTab();
  await join(2);
  for (let nowMs = 1_000_000; nowMs < 1_170_000; nowMs += 1_000) at(nowMs);
  expect(room.situation.value.type).toBe("waiting");
  expect(said).toEqual([
    "You are in the queue. Your turn comes in about 3 minutes.",
    "You are in the queue. Your turn comes in about 2 minutes.",
    "You are in the queue. Your turn comes in less than a minute.",
  ]);
  for (let nowMs = 1_180_000; nowMs < 1_260_000; nowMs += 1_000) at(nowMs);
  expect(said.slice(3).map((text) => text.split(".")[0])).toEqual([
    "It is your turn",
    "Your time to buy is over",
  ]);
});

test("who joins again for another product of the sale hears of that one", async () => {
  const { said, at, join, stock } = await openTab();
  const gone = { available: 0, paused: false } as InventoryView;
  (stock.view(mug.sku) as Signal<InventoryView>).value = gone;
  await join(0);
  at(1_200_000);
  expect(said.splice(0).at(-1)).toStartWith("Sold out.");
  await join(2, { sku: "KITE", title: "Kite" });
  expect(said.map((text) => text.split(".")[0])).toEqual(["It is your turn"]);
});

test("what comes and goes, as the last unit does in a crowd, is not said each time, but how it stays is", async () => {
  const { said, at, join, fake } = await openTab();
  await join(200);
  const stopped = { ...queue, line: { ...queue.line, perMinute: 0 } };
  for (let second = 1; second < 20; second++) {
    fake.showQueue(second % 2 === 0 ? queue : stopped);
    at(1_000_000 + second * 1_000);
  }
  expect(said).toHaveLength(2);
  fake.showQueue(queue);
  at(1_040_000);
  expect(said[2]).toBe(said[0]);
});

test("it is the shopper's turn from when they are let in until the time to buy is over", async () => {
  const { at, join, rooms } = await openTab();
  expect(rooms.isTurn("drop")).toBe(false);
  await join(2);
  expect(rooms.isTurn("drop")).toBe(false);
  at(1_180_000);
  expect(rooms.isTurn("drop")).toBe(true);
  expect(rooms.isTurn("another")).toBe(false);
  at(1_240_000);
  expect(rooms.isTurn("drop")).toBe(false);
});

test("the shopper is called to their turn until they have come for it, and not while there is nothing to buy", async () => {
  const { at, join, rooms, stock, fake } = await openTab();
  await join(2);
  expect(rooms.isCalling.value).toBe(false);
  at(1_180_000);
  expect(rooms.isCalling.value).toBe(true);
  const live = stock.view(mug.sku) as Signal<InventoryView>;
  live.value = { available: 0, paused: false } as InventoryView;
  expect(rooms.isCalling.value).toBe(false);
  live.value = { available: 5, paused: false } as InventoryView;
  expect(rooms.isCalling.value).toBe(true);
  fake.showCart({ lines: [cartLine({ sku: mug.sku })] });
  expect(rooms.isCalling.value).toBe(false);
  await settled();
  // Paid for.
  fake.showCart({ lines: [] });
  expect(rooms.isCalling.value).toBe(false);
});

test("who is refused since their time to buy is over is led back to the queue", async () => {
  const { cart, fake, notices } = await openTab();
  const added = cart.add({ ...mug, category: "", currency: "GBP", unitPriceMinor: 900 });
  await settled();
  fake.asked.at(-1)?.answer(refusal("turn_passed", "Over."));
  await added;
  expect(notices.shown.value.map(({ queueSku }) => queueSku)).toEqual([mug.sku]);
});

test("of a sale that is over no place is kept, and which it is is told only who was there to wait", async () => {
  const browser = new FakeBrowser();
  const { at, join, rooms, said } = await openTab(browser.tab());
  const later = await openTab(browser.tab());
  await join(2);
  said.splice(0);
  at(queue.endsAtMs);
  expect(said).toEqual(["Mug: This sale is over. Nobody is let in any more."]);
  await settled();
  expect(rooms.tickets.held.value).toEqual([]);

  // A page that is opened after the end, with what was kept from before it.
  later.at(queue.endsAtMs);
  later.said.splice(0);
  later.rooms.tickets.hold({ ...mug, sale: "drop", number: 2, ticket: "signed 2", customer: "customer-1" });
  expect(later.said).toEqual([]);
});

test("nobody is told of a pause, or of the end of the stock, who has the product in the cart and can pay for it", async () => {
  const { at, join, stock, fake, said, rooms } = await openTab();
  await join(0);
  at(1_060_000);
  fake.showCart({ lines: [cartLine({ sku: mug.sku })] });
  said.splice(0);
  (stock.view(mug.sku) as Signal<InventoryView>).value = { available: 0, paused: true } as InventoryView;
  expect(said).toEqual([]);
  expect(rooms.supply(mug.sku)).toBe("there");
});
