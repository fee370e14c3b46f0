import { afterEach, expect, test } from "bun:test";
import { CLOSE } from "../protocol/close-reasons.ts";
import { SlowReader } from "./testing/slow-reader.ts";
import { TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const cleanUps: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const PINGS = Array.from({ length: 1_000 }, () => ({ t: "ping" }));

async function flooded(framesWaitingMax: number) {
  const limits = { framesPerSecondMax: 100, framesWaitingMax };
  const shop = await TestGateway.start({ limits });
  cleanUps.push(() => shop.stop());
  const flooder = new SlowReader(shop.gateway.port);
  cleanUps.push(() => flooder.close());
  await flooder.hello();
  flooder.send(PINGS);
  const pauses = () => shop.gateway.counters()["pauses"]?.[""] ?? 0;
  await until(() => pauses() > 0, "the gateway to read no further");
  return { shop, flooder };
}

test("what a socket sends beyond its share waits in its network, and others are answered meanwhile", async () => {
  const { shop, flooder } = await flooded(PINGS.length);
  flooder.send(PINGS);
  const other = await shop.socket();
  await other.hello();
  other.send({ t: "ping" });
  await other.next(({ t }) => t === "pong", "an answer");
  const pongs = flooder.frames.filter(({ t }) => t === "pong").length;
  expect(pongs).toBeGreaterThan(0);
  expect(pongs).toBeLessThan(PINGS.length);
  await until(
    () => flooder.frames.filter(({ t }) => t === "pong").length > pongs,
    "the flood to be read on, slowly",
    5_000,
  );
  expect(flooder.closeCode).toBeUndefined();
});

test("a flood that has been read already is not kept: its socket is closed", async () => {
  const { flooder } = await flooded(10);
  await until(() => flooder.closeCode !== undefined, "the close");
  expect(flooder.closeCode).toBe(CLOSE.flooded.code);
});
