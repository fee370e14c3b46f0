import { afterEach, expect, test } from "bun:test";
import { until } from "../../gateway/server/testing/until.ts";
import { addressFor, ShopperCrowd, SOCKETS_PER_ADDRESS_MAX } from "./crowd.ts";
import { Tally } from "./tally.ts";

/** A command as the test's shop sees it. */
interface Seen {
  readonly id: number;
  readonly op: string;
  readonly key: string;
  readonly sku?: string;
}

/** What the test's shop answers, `"nothing"` for no answer; undefined closes the socket instead. */
type Answers = (
  command: Seen,
  count: number,
) => { readonly ok: unknown } | { readonly problem: unknown } | "nothing" | undefined;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A shop that welcomes everybody and answers as it is told. */
function startShop(answers: Answers) {
  const seen: Seen[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, running) => (running.upgrade(request) ? undefined : new Response("no", { status: 400 })),
    websocket: {
      message(ws, text) {
        const frame = JSON.parse(String(text)) as Seen & { readonly t?: string };
        if (frame.t === "hello") return void ws.send('{"t":"welcome"}');
        seen.push(frame);
        const answer = answers(frame, seen.length);
        if (answer === undefined) ws.close(4000);
        else if (answer !== "nothing") ws.send(JSON.stringify({ re: frame.id, ...answer }));
      },
    },
  });
  closers.push(() => server.stop(true));
  return { seen, url: new URL(`ws://127.0.0.1:${server.port}/v1/socket`) };
}

async function shop(answers: Answers, { shoppers = 1, skus = ["A"], attempts = 1 } = {}) {
  const { seen, url } = startShop(answers);
  const tally = new Tally();
  const crowd = new ShopperCrowd(tally, skus, attempts);
  await crowd.open(url, shoppers, "run-", () => undefined);
  tally.open();
  crowd.start();
  await crowd.allLeft;
  const { isCutOff } = crowd;
  crowd.close();
  return { tally, seen, isCutOff };
}

const confirmed: Answers = ({ op }, count) => ({ ok: op === "checkout" ? { orderId: `CART~${count}` } : {} });

test("each shopper adds, checks out and begins again until the attempts are used up", async () => {
  const { tally, seen } = await shop(confirmed, { shoppers: 2, attempts: 6 });
  expect([tally.confirmed, tally.acknowledged.length, tally.unknown]).toEqual([6, 6, 0]);
  expect(seen.filter(({ op }) => op === "cart.add")).toHaveLength(6);
  expect(seen.filter(({ op }) => op === "checkout")).toHaveLength(6);
});

test("products are bought in turns", async () => {
  const { seen } = await shop(confirmed, { skus: ["A", "B"], attempts: 4 });
  expect(seen.filter(({ op }) => op === "cart.add").map(({ sku }) => sku)).toEqual(["A", "B", "A", "B"]);
});

test("a refused attempt counts under its code, and the next one begins", async () => {
  const soldOut: Answers = (command, count) =>
    count === 1 ? { problem: { code: "sold_out" } } : confirmed(command, count);
  const { tally } = await shop(soldOut, { attempts: 2 });
  expect([...tally.refusedByCode]).toEqual([["sold_out", 1]]);
  expect(tally.confirmed).toBe(1);
});

test("a command that the shop asks for again is sent again with the same key", async () => {
  const busy: Answers = (command, count) =>
    count === 1 ? { problem: { code: "overloaded", retryAfterMs: 1 } } : confirmed(command, count);
  const { tally, seen } = await shop(busy);
  expect([tally.confirmed, tally.retries]).toEqual([1, 1]);
  expect(seen[1]).toEqual(seen[0] as Seen);
  expect(seen[2]?.key).not.toBe(seen[1]?.key);
});

test("an attempt whose socket breaks counts as unanswered", async () => {
  const { tally } = await shop(() => undefined);
  expect([tally.unknown, tally.acknowledged.length]).toEqual([1, 0]);
});

test("an order without an answer is in the latencies with the time that it was waited for, and so is its last command", async () => {
  let nowMs = 1_000;
  const { seen, url } = startShop(({ op }) => {
    if (op === "checkout") return "nothing";
    nowMs += 30;
    return { ok: {} };
  });
  const tally = new Tally();
  const crowd = new ShopperCrowd(tally, ["A"], 1, () => nowMs);
  await crowd.open(url, 1, "run-", () => undefined);
  tally.open(1_000);
  crowd.start();
  await until(() => seen.length === 2, "a checkout");
  nowMs += 70;
  tally.close(nowMs);
  crowd.close();
  const [added, checkOut, whole] = (["cart.add", "checkout", "order"] as const).map(
    (what) => tally.latencyMs(what).max,
  );
  expect(added).toBeWithin(29.9, 30.1);
  expect(checkOut).toBeWithin(69.9, 70.1);
  expect(whole).toBeWithin(99.9, 100.1);
  expect([tally.confirmed, tally.unknown]).toEqual([0, 1]);
});

test("a crowd that the shop has cut off is told from one that is done", async () => {
  expect((await shop(() => undefined, { shoppers: 2, attempts: 9 })).isCutOff).toBe(true);
  expect((await shop(confirmed, { shoppers: 2, attempts: 9 })).isCutOff).toBe(false);
});

test("a shop that lets nobody in is an error", async () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("full", { status: 503 }),
  });
  closers.push(() => server.stop(true));
  const crowd = new ShopperCrowd(new Tally(), ["A"], 1);
  const url = new URL(`ws://127.0.0.1:${server.port}/v1/socket`);
  await expect(crowd.open(url, 3, "run-", () => undefined)).rejects.toThrow(
    "the shop closed a shopper's socket",
  );
});

test("more sockets than one loopback address has ports for are spread over further ones", () => {
  const url = new URL("ws://127.0.0.1:7070/v1/socket");
  expect(addressFor(url, SOCKETS_PER_ADDRESS_MAX - 1)).toBe(url.href);
  expect(addressFor(url, SOCKETS_PER_ADDRESS_MAX)).toBe("ws://127.0.0.2:7070/v1/socket");
  expect(addressFor(new URL("ws://shop.example/v1/socket"), SOCKETS_PER_ADDRESS_MAX)).toBe(
    "ws://shop.example/v1/socket",
  );
});
