import { afterEach, describe, expect, test } from "bun:test";
import { ConnectFailed, StampedeClient } from "../client/client.ts";
import type { ClientStatus } from "../client/status.ts";
import { systemClock, TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const shops: TestGateway[] = [];

afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.stop();
});

async function start(...options: Parameters<typeof TestGateway.start>): Promise<TestGateway> {
  const shop = await TestGateway.start(...options);
  shops.push(shop);
  return shop;
}

/** Why connecting failed. */
async function failureOf(attempt: Promise<StampedeClient>): Promise<string> {
  try {
    await attempt;
  } catch (err) {
    if (err instanceof ConnectFailed) return err.message;
    throw err;
  }
  throw new Error("the client is connected");
}

describe("a client whose gateway goes away", () => {
  test("comes back with the same cart, sends its open command again, and has one effect", async () => {
    const first = await start();
    await first.stocked("MUG-1", 10);
    const shopper = await first.client();
    const { cart } = shopper.session;
    const stock: number[] = [];
    shopper.subscribe("sku/MUG-1", (state) => stock.push(state?.available ?? -1));
    await until(() => stock.length === 1, "the stock");
    first.dispatcher.held = [];
    const open = shopper.add({ sku: "MUG-1", quantity: 3 }, { key: "k-1" });
    await until(() => first.dispatcher.submissions.at(-1)?.key === "k-1", "the command to arrive");
    await until(() => stock.at(-1) === 7, "the hold to be seen");
    const { port } = first.gateway;
    await first.gateway.stop(0);
    await until(() => shopper.status.type === "waiting", "the client to notice");
    first.dispatcher.held = undefined;
    const second = await start({ port }, first.dispatcher);
    expect(await open).toMatchObject({ ok: true, value: { quantity: 3 } });
    expect(second.dispatcher.submissions.filter(({ key }) => key === "k-1")).toHaveLength(2);
    expect(shopper.session.cart).toBe(cart);
    // Nothing changed meanwhile, so nothing is told again.
    expect(stock).toEqual([10, 7]);
    await shopper.removeLine({ line: 1 });
    await until(() => stock.at(-1) === 10, "the resumed channel to go on");
  });

  test("gets the whole view again when something changed meanwhile", async () => {
    const first = await start();
    const operator = await first.stocked("MUG-1", 10);
    const shopper = await first.client();
    let available = -1;
    shopper.subscribe("sku/MUG-1", (state) => (available = state?.available ?? -1));
    await until(() => available === 10, "the stock");
    const { port } = first.gateway;
    await first.gateway.stop(0);
    const elsewhere = await start({}, first.dispatcher);
    const other = await elsewhere.client({ token: await elsewhere.operatorToken() });
    await other.receiveStock({ sku: "MUG-1", quantity: 5 });
    await start({ port }, first.dispatcher);
    await until(() => available === 15, "the change that was missed");
    await until(() => operator.status.type === "open", "the operator to be back, too");
  });

  test("is asked to go, and is on another gateway of the port before this one has stopped", async () => {
    const first = await start({ reusePort: true });
    const shopper = await first.client();
    const statuses: ClientStatus["type"][] = [];
    shopper.onStatus(({ type }) => statuses.push(type));
    const second = await start({ port: first.gateway.port, reusePort: true }, first.dispatcher);
    await first.gateway.stop(4_000);
    await until(
      () => second.gateway.counters()["sockets"]?.[""] === 1,
      "the client to be on the second gateway",
    );
    await until(() => shopper.status.type === "open", "the client to be welcome there");
    // It went by itself: it was never without a word.
    expect(statuses).toEqual(["connecting", "open"]);
  });

  test("shows the cart of the session it has, whatever it knew of the one before", async () => {
    const first = await start();
    await first.stocked("MUG-1", 10);
    const shopper = await first.client();
    const carts: (string | undefined)[] = [];
    shopper.subscribe("cart", (view) => carts.push(view?.cartId));
    await shopper.add({ sku: "MUG-1", quantity: 1 });
    const before = shopper.session.cart;
    await until(() => carts.at(-1) === before, "the first cart");
    const { port } = first.gateway;
    await first.gateway.stop(0);
    // Sessions of the old secret are over.
    await start({ port, secret: "another secret of at least thirty-two bytes" }, first.dispatcher);
    await until(() => shopper.session.cart !== before, "another session");
    await until(() => carts.at(-1) !== before, "the cart of the other session");
  });

  test("is closed with 1001 when it does not go", async () => {
    const shop = await start();
    const socket = shop.socket();
    await socket.hello();
    await shop.gateway.stop(20);
    expect(await socket.closeCode()).toBe(1001);
    expect(socket.frames.at(-1)).toMatchObject({ t: "reconnect", afterMs: 0, jitterMs: 10 });
  });
});

describe("a refusal that says try again", () => {
  test("is tried again with the same key until it succeeds", async () => {
    const shop = await start();
    await shop.stocked("MUG-1", 10);
    const shopper = await shop.client();
    shop.dispatcher.scripted.push(
      { type: "overloaded", retryAfterMs: 1 },
      { type: "unknown", retryAfterMs: 1 },
    );
    expect(await shopper.add({ sku: "MUG-1", quantity: 1 })).toMatchObject({ ok: true });
    const keys = shop.dispatcher.submissions.slice(-3).map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
  });

  test("is handed on after so many attempts, or at once when not wanted", async () => {
    const shop = await start();
    const shopper = await shop.client({ attemptsMax: 2 });
    shop.dispatcher.scripted.push(
      { type: "overloaded", retryAfterMs: 1 },
      { type: "overloaded", retryAfterMs: 2 },
      { type: "unknown", retryAfterMs: 3 },
    );
    const repeated = await shopper.removeLine({ line: 1 });
    expect(repeated).toMatchObject({ ok: false, problem: { code: "overloaded", retryAfterMs: 2 } });
    const once = await shopper.removeLine({ line: 1 }, { retry: false });
    expect(once).toMatchObject({ ok: false, problem: { code: "outcome_unknown", retryAfterMs: 3 } });
  });
});

describe("connecting", () => {
  test("fails with a reason when there is no gateway", async () => {
    const attempt = StampedeClient.connect({ url: "http://127.0.0.1:9", connectMs: 50 });
    expect(await failureOf(attempt)).toContain("no connection within 50 ms");
  });

  test("fails at once with a token that is none", async () => {
    const shop = await start();
    expect(await failureOf(shop.client({ token: "x.y.z" }))).toContain("not a session of this shop");
  });

  test("tells the server's time, whatever the local clock says", async () => {
    const hourMs = 3_600_000;
    const shop = await start({ clock: { ...systemClock, nowMs: () => Date.now() + hourMs } });
    const shopper = await shop.client();
    expect(Math.abs(shopper.serverTimeMs() - Date.now() - hourMs)).toBeLessThan(5_000);
  });
});

describe("closing", () => {
  test("gives every open command its result and refuses new ones", async () => {
    const shop = await start();
    const shopper = await shop.client();
    shop.dispatcher.held = [];
    const open = shopper.removeLine({ line: 1 });
    shopper.close();
    expect(await open).toMatchObject({ ok: false, problem: { code: "connection_closed" } });
    expect(await shopper.removeLine({ line: 1 })).toMatchObject({ problem: { code: "connection_closed" } });
    expect(shopper.status).toEqual({ type: "closed", reason: "closed by its owner" });
    expect(shopper.pendingCommands).toBe(0);
  });
});

describe("the reason of a lost connection", () => {
  test("is not a problem that had nothing to do with it", async () => {
    const shop = await start();
    const shopper = await shop.client({ reconnect: false });
    const problems: string[] = [];
    shopper.subscribe(
      "order/nobody~1",
      () => undefined,
      ({ code }) => problems.push(code),
    );
    await until(() => problems.length === 1, "the problem of the channel");
    await shop.gateway.stop(0);
    await until(() => shopper.status.type === "closed", "the client to notice");
    expect(shopper.status).toEqual({ type: "closed", reason: "This gateway stops; connect again." });
  });
});

describe("an address that is none of a shop", () => {
  test.each(["localhost:7070", "ftp://shop.example", "shop", ""])("%j is refused by name", async (url) => {
    const attempt = StampedeClient.connect({ url });
    await expect(attempt).rejects.toThrow(`${JSON.stringify(url)} is not the address of a shop`);
  });

  test("does not come from a part that only a page looks at", async () => {
    const shop = await start();
    const shopper = await shop.client({ url: `${shop.origin}/#order/x~1` });
    expect(shopper.status.type).toBe("open");
  });
});

describe("a channel that cannot be served", () => {
  test("because nothing can have its name says so to its listener", async () => {
    const shop = await start();
    const shopper = await shop.client();
    const codes: string[] = [];
    shopper.subscribe(
      "order/",
      () => undefined,
      (problem) => codes.push(problem.code),
    );
    expect(codes).toEqual(["unknown_channel"]);
  });

  test("says so to its listener", async () => {
    const shop = await start();
    const shopper = await shop.client();
    const codes: string[] = [];
    shopper.subscribe(
      "order/other~1",
      () => undefined,
      (problem) => codes.push(problem.code),
    );
    await until(() => codes.length > 0, "a problem");
    expect(codes).toEqual(["unknown_order"]);
  });
});
