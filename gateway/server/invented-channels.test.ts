import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

let shop: TestGateway;

beforeEach(async () => {
  shop = await TestGateway.start({ limits: { publicChannelsMax: 3 } });
});

afterEach(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

describe("a gateway that watches as many products as it can", () => {
  const isAbout = (ch: string, t: string) => (frame: Readonly<Record<string, unknown>>) =>
    frame["ch"] === ch && frame["t"] === t;

  async function watcher(...skus: readonly string[]) {
    const socket = shop.socket();
    await socket.hello();
    for (const sku of skus) {
      socket.send({ t: "subscribe", ch: `sku/${sku}` });
      await socket.next(isAbout(`sku/${sku}`, "snapshot"), `the snapshot of ${sku}`);
    }
    return socket;
  }

  test("gives the places of products that somebody has invented to those that are there", async () => {
    await shop.stocked("MUG-1", 5);
    await shop.stocked("MUG-2", 5);
    const hoarder = await watcher("NO-1", "NO-2", "NO-3");
    await watcher("MUG-1", "MUG-2");
    for (const ch of ["sku/NO-3", "sku/NO-2"]) {
      const told = await hoarder.next(isAbout(ch, "problem"), `the end of ${ch}`);
      expect(told["problem"]).toMatchObject({
        code: "too_many_channels",
        status: 429,
        retryAfterMs: 60_000,
      });
    }
    expect(hoarder.frames.filter(isAbout("sku/NO-1", "problem"))).toEqual([]);
    expect(shop.gateway.counters()["channels"]?.[""]).toBe(3);
  });

  test("lets whoever lost a place ask for it again", async () => {
    const hoarder = await watcher("NO-1", "NO-2", "NO-3");
    await watcher("NO-4");
    await hoarder.next(isAbout("sku/NO-3", "problem"), "the end of sku/NO-3");
    hoarder.send({ t: "subscribe", ch: "sku/NO-3" });
    await until(
      () => hoarder.frames.filter(isAbout("sku/NO-3", "snapshot")).length === 2,
      "a second snapshot",
    );
  });

  test("takes no place from a product that is there, also from one that has come to be meanwhile", async () => {
    const early = await watcher("MUG-1", "MUG-2", "MUG-3");
    for (const sku of ["MUG-1", "MUG-2", "MUG-3"]) await shop.stocked(sku, 5);
    const late = shop.socket();
    await late.hello();
    late.send({ t: "subscribe", ch: "sku/MUG-4" });
    const refused = await late.next(isAbout("sku/MUG-4", "problem"), "a refusal");
    expect(refused["problem"]).toMatchObject({ code: "too_many_channels" });
    expect(early.frames.filter(({ t }) => t === "problem")).toEqual([]);
  });
});
