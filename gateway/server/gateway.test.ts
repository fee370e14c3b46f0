import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { CartView, InventoryView, OrderView } from "../protocol/views.ts";
import { MUG, TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const sale = { id: "s", title: "S", unitPriceMinor: 1, startsAtMs: 1, endsAtMs: 2, limitPerCustomer: null };

/** What only operators may ask of a product. */
const operatorFrames = [
  { op: "product.list", product: MUG },
  { op: "stock.receive", quantity: 5 },
  { op: "stock.adjust", quantity: -5, reason: "lost" },
  { op: "sale.set", sale },
  { op: "sale.end", saleId: "s" },
  { op: "selling.pause", reason: "wrong price" },
  { op: "selling.resume" },
];

let shop: TestGateway;

beforeEach(async () => {
  shop = await TestGateway.start();
});

afterEach(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

describe("a shopper's way", () => {
  test("leads from hello over cart and checkout to a confirmed order, pushed at every step", async () => {
    await shop.stocked("MUG-1", 5);
    const shopper = await shop.client();
    const stock: (InventoryView | null)[] = [];
    const carts: (CartView | null)[] = [];
    shopper.subscribe("sku/MUG-1", (state) => stock.push(state));
    shopper.subscribe("cart", (state) => carts.push(state));

    const added = await shopper.add({ sku: "MUG-1", quantity: 2 });
    expect(added).toMatchObject({ ok: true, value: { sku: "MUG-1", quantity: 2, unitPriceMinor: 1250 } });
    const placed = await shopper.checkOut({ paymentToken: "card" });
    if (!placed.ok) throw new Error(placed.problem.detail);
    expect(placed.value.totalMinor).toBe(2500);

    const orders: (OrderView | null)[] = [];
    shopper.subscribe(`order/${placed.value.orderId}`, (state) => orders.push(state));
    await until(() => orders.at(-1)?.status === "captured", "the order to be captured");
    await until(() => stock.at(-1)?.available === 3, "the stock to be pushed");
    await until(() => carts.at(-1)?.orderIds[0] === placed.value.orderId, "the order to be in the cart");
    expect(shopper.session).toMatchObject({ role: "shopper", shop: "test-shop" });
  });

  test("gets exactly one reply for each of a thousand commands", async () => {
    await shop.stocked("MUG-1", 1_000_000);
    const socket = shop.socket();
    await socket.hello();
    for (let batch = 0; batch < 5; batch++) {
      for (let id = batch * 200; id < batch * 200 + 200; id++) {
        socket.send({ id, op: "cart.remove", key: `k-${id}`, line: 1 });
      }
      await socket.reply(batch * 200 + 199);
    }
    const replies = socket.frames.map((frame) => frame["re"]).filter((id) => id !== undefined);
    expect(replies).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  });

  test("answers the same key with the same reply and one effect", async () => {
    await shop.stocked("MUG-1", 5);
    const socket = shop.socket();
    await socket.hello();
    for (let id = 0; id < 100; id++)
      socket.send({ id, op: "cart.add", key: "same", sku: "MUG-1", quantity: 1 });
    const first = await socket.reply(0);
    expect(await socket.reply(99)).toEqual({ ...first, re: 99 });
    const shopper = await shop.client();
    let available: number | undefined;
    shopper.subscribe("sku/MUG-1", (state) => (available = state?.available));
    await until(() => available !== undefined, "the stock");
    expect(available).toBe(4);
  });
});

describe("a session", () => {
  test("goes on over a second connection with its token", async () => {
    const first = await shop.socket().hello();
    const second = await shop.socket().hello({ token: first["session"] });
    expect(second["cart"]).toBe(first["cart"]);
    expect(await shop.socket().hello()).not.toMatchObject({ cart: first["cart"] });
  });

  test("comes from the cookie without being shown to scripts", async () => {
    const response = await fetch(`${shop.origin}/v1/session`);
    const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
    const session = (await response.json()) as Record<string, unknown>;
    const welcome = await shop.socket({ cookie }).hello();
    expect(welcome).toMatchObject({ cart: session["cart"], session: "" });
  });

  test("is renewed by refresh", async () => {
    const socket = shop.socket();
    const welcome = await socket.hello();
    socket.frames.length = 0;
    socket.send({ t: "refresh" });
    const renewed = await socket.next((frame) => frame["t"] === "welcome", "another welcome");
    expect(renewed["cart"]).toBe(welcome["cart"]);
    expect(Number(renewed["sessionExpiresAtMs"])).toBeGreaterThanOrEqual(
      Number(welcome["sessionExpiresAtMs"]),
    );
  });

  test("need not be awaited: frames behind hello are handled after the welcome, in order", async () => {
    const socket = await shop.socket().opened();
    socket.send({ t: "hello" });
    socket.send({ t: "refresh" });
    for (let id = 1; id <= 3; id++) socket.send({ id, op: "cart.steal", key: "k" });
    socket.send({ t: "ping" });
    await socket.next((frame) => frame["t"] === "pong", "the last answer");
    const heard = socket.frames.map((frame) => frame["t"] ?? frame["re"]);
    expect(heard).toEqual(["welcome", "welcome", 1, 2, 3, "pong"]);
  });

  test("that is not awaited may have only so many frames behind it", async () => {
    const small = await TestGateway.start({ limits: { framesWaitingMax: 2 } });
    const socket = await small.socket().opened();
    for (let count = 0; count < 20; count++) socket.send({ t: "hello" });
    // Either the frames came in one piece and flooded the queue, or the second hello was heard as one.
    expect([4400, 4429]).toContain(await socket.closeCode());
    await small.stop();
  });

  test("that is forged closes the socket with 4401", async () => {
    const socket = await shop.socket().opened();
    socket.send({ t: "hello", token: "eyJhbGciOiJub25lIn0.e30." });
    expect(await socket.closeCode()).toBe(4401);
    expect(socket.frames).toMatchObject([{ t: "problem", problem: { code: "invalid_session" } }]);
  });
});

describe("what belongs to others", () => {
  test("carts, customers and prices cannot be named by shoppers", async () => {
    await shop.stocked("MUG-1", 5);
    const socket = shop.socket();
    await socket.hello();
    const fields = [{ cart: "someone" }, { customer: "someone" }, { unitPriceMinor: 1 }];
    for (const [id, extra] of fields.entries()) {
      socket.send({ id, op: "cart.add", key: `k-${id}`, sku: "MUG-1", quantity: 1, ...extra });
      const [field] = Object.keys(extra);
      expect(await socket.refusal(id)).toMatchObject({ code: "not_allowed", status: 403, field });
    }
    expect(shop.dispatcher.submissions.every(({ command }) => command.type !== "AddLine")).toBe(true);
  });

  test("operations of the shop are for operators", async () => {
    const socket = shop.socket();
    await socket.hello();
    for (const [id, frame] of operatorFrames.entries()) {
      socket.send({ id, key: `k-${id}`, sku: "MUG-1", ...frame });
      expect(await socket.refusal(id)).toMatchObject({ code: "not_allowed", field: "op" });
    }
  });

  test("an order of another cart is unknown, whether it exists or not", async () => {
    await shop.stocked("MUG-1", 5);
    const owner = await shop.client();
    await owner.add({ sku: "MUG-1", quantity: 1 });
    const placed = await owner.checkOut({ paymentToken: "card" });
    if (!placed.ok) throw new Error(placed.problem.detail);
    const stranger = shop.socket();
    await stranger.hello();
    for (const order of [placed.value.orderId, "nobody~1"]) {
      stranger.send({ t: "subscribe", ch: `order/${order}` });
      const frame = await stranger.next((heard) => heard["ch"] === `order/${order}`, "an answer");
      expect(frame).toMatchObject({ t: "problem", problem: { code: "unknown_order", status: 404 } });
    }
    expect(stranger.frames.filter((frame) => frame["t"] === "snapshot")).toEqual([]);
  });
});
