import { expect, test } from "bun:test";
import { kinds } from "../../actors/mail.ts";
import { parseTenant } from "../../engine/contract/address.ts";
import type { Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { ViewUpdate } from "../../engine/ports/dispatcher.ts";
import { Sessions, SHOPPER_SESSION_MS } from "../auth/sessions.ts";
import { CLOSE } from "../protocol/close-reasons.ts";
import { PublicChannels } from "../push/public-channels.ts";
import { CommandDesk } from "./command-desk.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { HandClock } from "../push/testing/hand-clock.ts";
import { mintOperatorToken } from "../auth/operator-token.ts";
import { CommandTimes } from "./command-times.ts";
import { Counters } from "./counters.ts";
import { gatewayLimits } from "./limits.ts";
import { QueueTickets } from "../auth/queue-tickets.ts";
import { Queues } from "../queues/queues.ts";
import type { GatewayLimits } from "./limits.ts";
import { MemoryDispatcher } from "./testing/memory-dispatcher.ts";
import { SECRET, systemClock, TENANT } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  return undefined;
}

function talk(
  clock: Clock = systemClock,
  given: Partial<GatewayLimits> = {},
  dispatcher = new MemoryDispatcher(),
) {
  const tenant = parseTenant(TENANT);
  assert(tenant !== undefined, "the tenant of test shops is one");
  const [limits, counters] = [gatewayLimits(given), new Counters()];
  const entropy = { uuid: () => Bun.randomUUIDv7() };
  const sessions = new Sessions({ secret: SECRET, tenant, shardCount: 256, clock, entropy });
  const { tickMs } = limits;
  const queues = new Queues({
    dispatcher,
    clock,
    entropy,
    counters,
    tenant,
    tickets: new QueueTickets(SECRET, tenant),
    ...limits,
  });
  const desk = new CommandDesk({
    dispatcher,
    queues,
    clock,
    counters,
    times: new CommandTimes(),
    log: silent,
    deadlineMs: 1_000,
  });
  const shown = { dispatcher, tenant, clock, publish: ignore, tickMs, channelsMax: 10 };
  const channels = new PublicChannels({ ...shown, kind: kinds.inventory });
  const queueChannels = new PublicChannels({ ...shown, kind: kinds.queue });
  const services = {
    dispatcher,
    desk,
    sessions,
    channels,
    queueChannels,
    counters,
    limits,
    clock,
    log: silent,
    shopId: "s",
  };
  const sent: Readonly<Record<string, unknown>>[] = [];
  const closedWith: number[] = [];
  let unreadBytes = 0;
  let isRead = true;
  const socket = {
    send: (frame: string) => {
      unreadBytes += frame.length;
      sent.push(JSON.parse(frame) as Readonly<Record<string, unknown>>);
      return -1;
    },
    cork: (task: () => void) => task(),
    subscribe: ignore,
    unsubscribe: ignore,
    getBufferedAmount: () => unreadBytes,
    pause: () => void (isRead = false),
    resume: () => void (isRead = true),
    close: (code: number) => void closedWith.push(code),
  };
  const connection = new Connection(socket, services);
  return {
    connection,
    conversation: new Conversation(services, connection, undefined),
    dispatcher,
    sent,
    closedWith,
    sessions,
    counters,
    isRead: () => isRead,
  };
}

test("a socket that is gone before its session is verified leaves no channel watched", async () => {
  const { connection, conversation, dispatcher, sessions } = talk();
  const resume = ["sku/A", "cart"].map((ch) => ({ ch, epoch: 1, offset: 1 }));
  conversation.receive(JSON.stringify({ t: "hello", resume }));
  connection.ended();
  // Those who come later have their sessions later.
  for (let later = 0; later < 2; later++) await sessions.startShopper();
  expect(dispatcher.watches).toBe(0);
});

test("the channels of a session end with it; what everybody may watch goes on", async () => {
  const { conversation, dispatcher, sent } = talk();
  const resume = ["sku/A", "cart"].map((ch) => ({ ch, epoch: 1, offset: 1 }));
  conversation.receive(JSON.stringify({ t: "hello", resume }));
  await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
  conversation.sweep(Date.now());
  expect(dispatcher.watches).toBe(2);
  conversation.sweep(Date.now() + SHOPPER_SESSION_MS);
  await until(() => sent.at(-1)?.["t"] === "problem", "the end of a channel");
  expect(dispatcher.watches).toBe(1);
  expect(sent.filter(({ t }) => t === "problem")).toMatchObject([
    { ch: "cart", problem: { code: "session_expired" } },
  ]);
});

for (const [when, lateMs] of [
  ["has ended", 0],
  ["ends while it is renewed", -1],
] as const) {
  test(`a session that ${when} is not renewed: the socket is closed, so that its client begins another one`, async () => {
    let nowMs = Date.now();
    const { conversation, sent, closedWith } = talk({ ...systemClock, nowMs: () => nowMs });
    conversation.receive(JSON.stringify({ t: "hello", resume: [{ ch: "cart", epoch: 1, offset: 1 }] }));
    await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
    const expiresAtMs = sent.find(({ t }) => t === "welcome")?.["sessionExpiresAtMs"] as number;
    nowMs = expiresAtMs + lateMs;
    conversation.receive('{"t":"refresh"}');
    nowMs = expiresAtMs;
    conversation.sweep(nowMs);
    await until(
      () => closedWith.length > 0 || sent.filter(({ t }) => t === "welcome").length > 1,
      "an answer",
    );
    expect(closedWith).toEqual([CLOSE.session.code]);
    expect(sent.at(-1)).toMatchObject({ t: "problem", problem: { code: "session_expired" } });
    expect(sent.at(-1)).not.toHaveProperty("ch");
  });
}

test("a socket that begins channels and leaves them at once has no view made for each, and may go on later", async () => {
  let nowMs = Date.now();
  const clock = { ...systemClock, nowMs: () => nowMs };
  const { conversation, sent } = talk(clock, { channelsBegunMax: 3, channelsBegunMs: 10_000 });
  conversation.receive('{"t":"hello"}');
  await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
  const begin = async (ch: string) => {
    const before = sent.length;
    conversation.receive(JSON.stringify({ t: "subscribe", ch }));
    await until(() => sent.length > before, `an answer about ${ch}`);
    conversation.receive(JSON.stringify({ t: "unsubscribe", ch }));
    return sent.at(-1);
  };
  for (const ch of ["cart", "sku/A", "cart"]) expect(await begin(ch)).toMatchObject({ t: "snapshot", ch });
  const problem = { code: "too_many_channels", retryAfterMs: 10_000 };
  for (const ch of ["cart", "sku/A"]) expect(await begin(ch)).toMatchObject({ t: "problem", ch, problem });
  nowMs += 10_001;
  expect(await begin("cart")).toMatchObject({ t: "snapshot", ch: "cart" });
});

test("a socket may watch so many channels of its session, whose views may be large, and others beside them", async () => {
  const { conversation, sent } = talk(systemClock, { ownChannelsPerSocketMax: 2 });
  conversation.receive('{"t":"hello"}');
  await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
  const cart = sent.find(({ t }) => t === "welcome")?.["cart"] as string;
  const begin = async (ch: string) => {
    const before = sent.length;
    conversation.receive(JSON.stringify({ t: "subscribe", ch }));
    await until(() => sent.length > before, `an answer about ${ch}`);
    return sent.at(-1);
  };
  const [first, second] = [`order/${cart}~1`, `order/${cart}~2`];
  for (const ch of ["cart", first]) expect(await begin(ch)).toMatchObject({ t: "snapshot", ch });
  const problem = { code: "too_many_channels", detail: "A socket may watch 2 channels of its session." };
  expect(await begin(second)).toMatchObject({ t: "problem", ch: second, problem });
  expect(await begin("sku/A")).toMatchObject({ t: "snapshot", ch: "sku/A" });
  conversation.receive('{"t":"unsubscribe","ch":"cart"}');
  expect(await begin(second)).toMatchObject({ t: "snapshot", ch: second });
});

test("a client that does not read cannot ask for a large view hundreds of times while its session is renewed", async () => {
  const { conversation, sent } = talk(systemClock, {}, new LargeViews());
  conversation.receive('{"t":"hello","resume":[{"ch":"cart","epoch":1,"offset":0}]}');
  await until(() => sent.some(({ t }) => t === "snapshot"), "the cart");
  const before = sent.length;
  conversation.receive('{"t":"refresh"}');
  for (let times = 0; times < 500; times++) conversation.receive('{"t":"resync","ch":"cart"}');
  await until(() => sent.slice(before).some(({ t }) => t === "welcome"), "the renewed session");
  expect(sent.slice(before).filter(({ t }) => t === "snapshot").length).toBeLessThanOrEqual(1);
});

/** Everything looks like a cart of many lines. */
class LargeViews extends MemoryDispatcher {
  override watch(_address: Address, listener: (update: ViewUpdate) => void): () => void {
    queueMicrotask(() => listener({ epoch: 1, offset: 1, view: { lines: "x".repeat(50_000) } }));
    return ignore;
  }
}

test("a shopper's socket that sends more than its share is read no further for a moment, and then goes on in order", async () => {
  const clock = new HandClock();
  const { conversation, sent, isRead, counters } = talk(clock, { framesPerSecondMax: 4 });
  conversation.receive('{"t":"hello"}');
  await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
  const pongs = () => sent.filter(({ t }) => t === "pong").length;
  for (let n = 0; n < 11; n++) conversation.receive('{"t":"ping"}');
  conversation.connection.flush();
  expect([pongs(), isRead(), counters.get("pauses")]).toEqual([4, false, 1]);
  clock.pass(1_001);
  await until(() => pongs() >= 9, "the next second's share");
  expect([pongs(), isRead()]).toEqual([9, false]);
  clock.pass(1_001);
  await until(() => pongs() === 11 && isRead(), "the rest");
});

test("a socket whose frames pile up although it is not read is closed", async () => {
  const clock = new HandClock();
  const { conversation, sent, closedWith } = talk(clock, { framesPerSecondMax: 4, framesWaitingMax: 3 });
  conversation.receive('{"t":"hello"}');
  await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
  for (let n = 0; n < 7; n++) conversation.receive('{"t":"ping"}');
  expect(closedWith).toEqual([]);
  conversation.receive('{"t":"ping"}');
  expect(closedWith).toEqual([CLOSE.flooded.code]);
});

test("an operator's tool is not slowed down", async () => {
  const clock = new HandClock();
  const { conversation, sent, isRead } = talk(clock, { framesPerSecondMax: 4 });
  const token = await mintOperatorToken(SECRET, { tenant: TENANT, nowMs: clock.nowMs() });
  conversation.receive(JSON.stringify({ t: "hello", token }));
  await until(() => sent.some(({ t }) => t === "welcome"), "a welcome");
  for (let n = 0; n < 9; n++) conversation.receive('{"t":"ping"}');
  conversation.connection.flush();
  expect([sent.filter(({ t }) => t === "pong").length, isRead()]).toEqual([9, true]);
});
