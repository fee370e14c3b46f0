import { afterEach, describe, expect, test } from "bun:test";
import type { GatewayLimits } from "./limits.ts";
import { SlowReader } from "./testing/slow-reader.ts";
import { MUG, TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

const cleanUps: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

// A reader that only asks fills the buffers: this is about what it does not read, not about how fast it asks.
const FAST = 1_000_000;

async function shopWithReader(limits: Partial<GatewayLimits>) {
  const shop = await TestGateway.start({ limits: { sweepMs: 10, framesPerSecondMax: FAST, ...limits } });
  cleanUps.push(() => shop.stop());
  const operator = await shop.stocked("MUG-1", 1_000);
  // A long view fills the system's buffers sooner.
  await operator.listProduct({ sku: "MUG-1", product: { ...MUG, title: "m".repeat(300) } });
  const reader = new SlowReader(shop.gateway.port);
  cleanUps.push(() => reader.close());
  await reader.hello();
  reader.send([{ t: "subscribe", ch: "sku/MUG-1" }]);
  await until(() => reader.frames.some((frame) => frame["t"] === "snapshot"), "the first snapshot");
  reader.stopReading();
  return { shop, operator, reader };
}

/** Asks for the whole view again and again, without reading it, until the gateway notices. */
async function fill(shop: TestGateway, reader: SlowReader): Promise<void> {
  const asks = Array.from({ length: 200 }, () => ({ t: "resync", ch: "sku/MUG-1" }));
  const isLagging = () => shop.gateway.counters()["lagging"]?.[""] === 1;
  await until(
    () => {
      if (!isLagging()) reader.send(asks);
      return isLagging();
    },
    "the reader to be noticed as lagging",
    20_000,
  );
}

describe("a reader that is too slow", () => {
  test("is left out, and gets the whole newest view once it reads again", async () => {
    const { shop, operator, reader } = await shopWithReader({});
    await fill(shop, reader);
    await operator.receiveStock({ sku: "MUG-1", quantity: 234 });
    reader.readOn();
    const newest = () => reader.frames.findLast((frame) => frame["ch"] === "sku/MUG-1");
    await until(
      () => (newest()?.["state"] as { available?: number })?.available === 1_234,
      "the newest view",
    );
    expect(newest()?.["t"]).toBe("snapshot");
    await until(() => shop.gateway.counters()["lagging"]?.[""] === 0, "the reader to be in step again");
    await operator.receiveStock({ sku: "MUG-1", quantity: 1 });
    await until(() => newest()?.["t"] === "delta", "a change after the recovery");
  });

  test("is closed with 4008 when it does not read for too long, and others notice nothing", async () => {
    const { shop, operator, reader } = await shopWithReader({ laggingMs: 50 });
    await fill(shop, reader);
    await until(() => shop.gateway.counters()["sockets_closed"]?.["4008"] === 1, "the reader to be closed");
    expect(shop.gateway.counters()).toMatchObject({ lagging: { "": 0 }, sockets: { "": 1 } });
    expect(await operator.receiveStock({ sku: "MUG-1", quantity: 1 })).toMatchObject({ ok: true });
    reader.readOn();
    await until(() => reader.ended, "the end of the connection");
  });
});
