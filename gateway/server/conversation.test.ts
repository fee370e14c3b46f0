import { expect, test } from "bun:test";
import { kinds } from "../../actors/mail.ts";
import { parseTenant } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { Sessions, SHOPPER_SESSION_MS } from "../auth/sessions.ts";
import { CLOSE } from "../protocol/close-codes.ts";
import { PublicChannels } from "../push/public-channels.ts";
import { CommandDesk } from "./command-desk.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { Counters } from "./counters.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { MemoryDispatcher } from "./testing/memory-dispatcher.ts";
import { SECRET, systemClock, TENANT } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  return undefined;
}

function talk(clock: Clock = systemClock) {
  const tenant = parseTenant(TENANT);
  assert(tenant !== undefined, "the tenant of test shops is one");
  const [limits, counters] = [DEFAULT_LIMITS, new Counters()];
  const dispatcher = new MemoryDispatcher();
  const entropy = { uuid: () => Bun.randomUUIDv7() };
  const sessions = new Sessions({ secret: SECRET, tenant, shardCount: 256, clock, entropy });
  const desk = new CommandDesk({ dispatcher, clock, counters, log: silent, deadlineMs: 1_000 });
  const { tickMs } = limits;
  const channels = new PublicChannels({
    dispatcher,
    tenant,
    inventoryKind: kinds.inventory,
    clock,
    publish: ignore,
    tickMs,
    channelsMax: 10,
  });
  const services = {
    dispatcher,
    desk,
    sessions,
    channels,
    counters,
    limits,
    clock,
    log: silent,
    shopId: "s",
  };
  const sent: Readonly<Record<string, unknown>>[] = [];
  const closedWith: number[] = [];
  const socket = {
    send: (frame: string) => sent.push(JSON.parse(frame) as Readonly<Record<string, unknown>>),
    cork: (task: () => void) => task(),
    subscribe: ignore,
    unsubscribe: ignore,
    getBufferedAmount: () => 0,
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
