import { expect, test } from "bun:test";
import type { BusState } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";
import { CollectingLog } from "../../testing/collecting-log.ts";
import { eventLoopClock } from "../../testing/event-loop-clock.ts";
import { eventually } from "../../testing/eventually.ts";
import { NetworkProxy } from "../../testing/network-proxy.ts";
import { busConformance } from "../bus/conformance/bus-conformance.ts";
import { NatsBus } from "./nats-bus.ts";
import { parseNatsUrl } from "./nats-options.ts";
import { NatsServer } from "./nats-server.ts";

function open(url: string, log = new CollectingLog(), clock = eventLoopClock): NatsBus {
  const replyTopic = "stampede.test.reply";
  return new NatsBus({ options: parseNatsUrl(url), name: "test", replyTopic, clock, log });
}

busConformance("over NATS", async () => {
  const server = await NatsServer.start();
  return {
    open: () => open(server.url),
    stop: () => server.kill(),
    start: () => server.start(),
    close: () => server.stop(),
  };
});

test("a server that is not there yet is waited for, which is told once", async () => {
  const server = await NatsServer.start();
  await server.kill();
  let attempts = 0;
  const clock: Clock = {
    ...eventLoopClock,
    after: (delayMs, task) => {
      attempts += 1;
      return eventLoopClock.after(delayMs, task);
    },
  };
  const log = new CollectingLog();
  const bus = open(server.url.replace("//", "//node:canary@"), log, clock);
  try {
    const received: string[] = [];
    bus.subscribe("topic", (payload) => received.push(payload));
    await eventually("it has tried several times", () => attempts >= 4);
    expect(log.warnings).toEqual(["waiting for NATS: nothing answers there (NATS_URL)"]);
    await server.start();
    await eventually("it is connected", () => bus.hasRoom);
    bus.publish("topic", "hello");
    await eventually("what was subscribed to before comes", () => received.length === 1);
    await server.kill();
    await eventually("it has lost the server", () => log.warnings.length > 1);
    expect(log.warnings[1]).toStartWith("lost the connection to NATS: ");
    expect(log.warnings.join()).not.toContain("canary");
  } finally {
    await bus.close();
    await server.stop();
  }
});

test("of several servers, one is enough", async () => {
  const [first, second] = await Promise.all([NatsServer.start(), NatsServer.start()]);
  await first.kill();
  const bus = open(`${first.url},${second.url}`);
  try {
    await eventually("it is connected", () => bus.hasRoom);
    const states: BusState[] = [];
    bus.onState((state) => states.push(state));
    await Promise.all([first.start(), second.kill()]);
    await eventually("it is connected to the other one", () => states.length === 2);
    expect(states).toEqual(["away", "connected"]);
  } finally {
    await bus.close();
    await Promise.all([first.stop(), second.stop()]);
  }
});

test("what was published right before it closes still leaves", async () => {
  const server = await NatsServer.start();
  const proxy = new NetworkProxy(server.port);
  // What does not leave in time is given up; this clock runs slowly, so that a busy machine is in time.
  const slow: Clock = {
    ...eventLoopClock,
    after: (delayMs, task) => eventLoopClock.after(delayMs * 30, task),
  };
  const url = `nats://127.0.0.1:${proxy.port}`;
  const [leaving, staying] = [open(url, new CollectingLog(), slow), open(server.url)];
  try {
    const received: string[] = [];
    staying.subscribe("topic", (payload) => received.push(payload));
    await eventually("both are connected", () => leaving.hasRoom && staying.hasRoom);
    proxy.stall(true);
    // More than the machine's own buffers take at once.
    for (let sent = 0; sent < 7; sent += 1) leaving.publish("topic", "x".repeat(1_000_000));
    leaving.publish("topic", "last words");
    const closing = leaving.close();
    await new Promise((resolve) => setImmediate(resolve));
    proxy.stall(false);
    await closing;
    await eventually("they have come", () => received.at(-1) === "last words");
  } finally {
    await Promise.all([leaving.close(), staying.close()]);
    proxy.close();
    await server.stop();
  }
});

test("a bus that is closed while it connects subscribes to nothing", async () => {
  const said: string[] = [];
  let isGone = false;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => {
        const about = {
          server_id: "one",
          version: "2.9.10",
          proto: 1,
          headers: true,
          max_payload: 1_048_576,
        };
        socket.write(`INFO ${JSON.stringify(about)}\r\n`);
      },
      data: (socket, bytes) => {
        said.push(bytes.toString());
        if (!said.join("").includes("PING")) return;
        void bus.close();
        socket.write("PONG\r\n");
      },
      close: () => {
        isGone = true;
      },
    },
  });
  const bus = open(`nats://127.0.0.1:${server.port}`);
  bus.subscribe("topic", () => undefined);
  await eventually("it has left", () => isGone);
  expect(said.join("")).toContain("CONNECT");
  expect(said.join("")).not.toContain("SUB");
  server.stop(true);
});

test("what is subscribed to while it connects comes over that very connection", async () => {
  const server = await NatsServer.start();
  const bus = open(server.url);
  try {
    const wanted: string[] = [];
    const received: string[] = [];
    // At every moment at which other work of the thread can come in between.
    for (let turn = 0; !bus.hasRoom; turn += 1) {
      wanted.push(`topic-${turn}`);
      bus.subscribe(`topic-${turn}`, (_payload, topic) => received.push(topic));
      await new Promise((resolve) => setImmediate(resolve));
    }
    bus.subscribe("last", (_payload, topic) => received.push(topic));
    for (const topic of [...wanted, "last"]) bus.publish(topic, "hello");
    await eventually("the last one has come", () => received.at(-1) === "last");
    expect(received.length).toBe(wanted.length + 1);
  } finally {
    await bus.close();
    await server.stop();
  }
});

test("a server that takes shorter payloads sets the bound", async () => {
  const server = await NatsServer.start({ configuration: "max_payload: 4KB" });
  const bus = open(server.url);
  try {
    const received: string[] = [];
    bus.subscribe("topic", (payload) => received.push(payload));
    await eventually("it is connected", () => bus.hasRoom);
    expect(bus.payloadBytesMax).toBe(4_096);
    expect(() => bus.publish("topic", "x".repeat(4_097))).toThrow("a payload has at most 4096 bytes");
    expect(bus.publish("topic", "x".repeat(4_096))).toBe(true);
    await eventually("it has come", () => received.length === 1);
  } finally {
    await bus.close();
    await server.stop();
  }
});
