import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock, TestGateway } from "./testing/test-gateway.ts";
import type { TestSocket } from "./testing/test-socket.ts";

let shop: TestGateway;
let socket: TestSocket;
let nextId = 1;

beforeAll(async () => {
  shop = await TestGateway.start({ limits: { malformedFramesMax: 1_000 } });
  await shop.stocked("MUG-1", 1_000);
  socket = shop.socket();
  await socket.hello();
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

async function refusalOf(fields: Readonly<Record<string, unknown>>) {
  const id = nextId++;
  socket.send({ id, op: "cart.add", key: `k-${id}`, sku: "MUG-1", quantity: 1, ...fields });
  return socket.refusal(id);
}

describe("a quantity", () => {
  const wrong = [0, -1, 1.5, 1e9, 2 ** 53, "2", Number.NaN, null, [], {}, true];
  for (const quantity of wrong) {
    test(`of ${JSON.stringify(quantity)} is refused by name`, async () => {
      expect(await refusalOf({ quantity })).toMatchObject({
        code: "invalid_field",
        field: "quantity",
        detail: "quantity must be a whole number from 1 to 1000000.",
      });
    });
  }

  test("that is missing is refused by name", async () => {
    expect(await refusalOf({ quantity: undefined })).toMatchObject({
      code: "missing_field",
      field: "quantity",
    });
  });
});

describe("other fields", () => {
  const keys = ["", "x".repeat(65), "line\nbreak", "ключ", 7, null];
  for (const key of keys) {
    test(`key ${JSON.stringify(key)} is refused by name`, async () => {
      expect(await refusalOf({ key })).toMatchObject({ code: "invalid_field", field: "key" });
    });
  }

  test("an unknown one is refused by name", async () => {
    expect(await refusalOf({ colour: "red" })).toMatchObject({ code: "unknown_field", field: "colour" });
  });

  test("__proto__ is an unknown one", async () => {
    const id = nextId++;
    socket.sendRaw(
      `{"id":${id},"op":"cart.add","key":"k","sku":"MUG-1","quantity":1,"__proto__":{"role":"operator"}}`,
    );
    expect(await socket.refusal(id)).toMatchObject({ code: "unknown_field", field: "__proto__" });
  });

  test("an unknown operation is refused and the known ones are named", async () => {
    const refusal = await refusalOf({ op: "cart.steal" });
    expect(refusal).toMatchObject({ code: "unknown_operation", field: "op" });
    expect(String(refusal["detail"])).toContain("cart.add");
  });

  test("one deep inside is named by its path", async () => {
    const id = nextId++;
    const lines = [
      { line: 1, quantity: 1 },
      { line: 2, quantity: 0 },
    ];
    socket.send({ id, op: "order.return", key: "k", order: "c~1", lines, reason: "broken" });
    expect(await socket.refusal(id)).toMatchObject({ field: "lines[1].quantity" });
  });
});

describe("a frame", () => {
  test("that is no JSON object gets one problem and the socket goes on", async () => {
    for (const raw of ["{", "nonsense", "[]", "1", "null", '"text"', "", "[".repeat(30_000)]) {
      socket.frames.length = 0;
      socket.sendRaw(raw);
      const frame = await socket.next(
        (heard) => heard["t"] === "problem",
        `a problem for ${raw.slice(0, 20)}`,
      );
      expect(frame["problem"]).toMatchObject({ code: "malformed_frame" });
      expect(socket.frames.length).toBe(1);
    }
    expect(await refusalOf({ quantity: 0 })).toMatchObject({ code: "invalid_field" });
  });

  test("of an unknown channel or kind gets one problem", async () => {
    for (const frame of [{ t: "subscribe", ch: "secret" }, { t: "dance" }, { t: 7 }, {}]) {
      socket.frames.length = 0;
      socket.send(frame);
      await socket.next((heard) => heard["t"] === "problem", `a problem for ${JSON.stringify(frame)}`);
      expect(socket.frames.length).toBe(1);
    }
  });

  test("of more than 64 KB closes only its own socket, with 1009", async () => {
    const huge = shop.socket();
    await huge.hello();
    huge.sendRaw(JSON.stringify({ id: 1, op: "cart.add", key: "k", sku: "x".repeat(64 * 1024) }));
    expect([1006, 1009]).toContain(await huge.closeCode());
    expect(await refusalOf({ quantity: 0 })).toMatchObject({ code: "invalid_field" });
  });

  test("of bytes closes only its own socket, with 1003", async () => {
    const binary = shop.socket();
    await binary.hello();
    binary.sendRaw(new Uint8Array([1, 2, 3]));
    expect(await binary.closeCode()).toBe(1003);
    expect(await refusalOf({ quantity: 0 })).toMatchObject({ code: "invalid_field" });
  });

  test("before hello closes the socket with 4400", async () => {
    for (const first of [
      { t: "ping" },
      { id: 1, op: "cart.remove", key: "k", line: 1 },
      { t: "hello", x: 1 },
    ]) {
      const early = await shop.socket().opened();
      early.send(first);
      expect(await early.closeCode()).toBe(4400);
      expect(early.frames.length).toBe(1);
    }
  });

  test("of a second hello closes the socket with 4400", async () => {
    const twice = shop.socket();
    await twice.hello();
    twice.send({ t: "hello" });
    expect(await twice.closeCode()).toBe(4400);
  });
});

describe("a client that does not keep its bounds", () => {
  test("is closed with 4408 when no hello comes", async () => {
    const slow = await TestGateway.start({ limits: { helloMs: 20, sweepMs: 10 } });
    const silent = await slow.socket().opened();
    expect(await silent.closeCode()).toBe(4408);
    await slow.stop();
  });

  test("is closed with 4400 after too many malformed frames", async () => {
    const strict = await TestGateway.start({ limits: { malformedFramesMax: 3 } });
    const rude = strict.socket();
    await rude.hello();
    for (let count = 0; count < 3; count++) rude.sendRaw("{");
    expect(await rude.closeCode()).toBe(4400);
    await strict.stop();
  });

  test("is not closed for malformed frames that it sent long ago", async () => {
    let nowMs = Date.now();
    const clock = { ...systemClock, nowMs: () => nowMs };
    const strict = await TestGateway.start({ clock, limits: { malformedFramesMax: 3, malformedMs: 60_000 } });
    const clumsy = strict.socket();
    await clumsy.hello();
    for (let id = 1; id <= 5; id++) {
      clumsy.send({ id, op: "cart.dance" });
      expect(await clumsy.refusal(id)).toMatchObject({ code: "unknown_operation" });
      nowMs += 31_000;
    }
    await strict.stop();
  });

  test("is told that it is overloaded past its commands in flight, each command once", async () => {
    const small = await TestGateway.start({ limits: { commandsInFlightMax: 4 } });
    small.dispatcher.held = [];
    const eager = small.socket();
    await eager.hello();
    for (let id = 0; id < 10; id++) eager.send({ id, op: "cart.remove", key: `k-${id}`, line: 1 });
    expect(await eager.refusal(9)).toMatchObject({ code: "overloaded", status: 503, retryAfterMs: 50 });
    small.dispatcher.release();
    expect(await eager.refusal(3)).toMatchObject({ code: "line_not_found" });
    expect(eager.frames.map((frame) => frame["re"]).filter((id) => id !== undefined)).toHaveLength(10);
    await small.stop();
  });

  test("cannot watch more channels than allowed", async () => {
    const small = await TestGateway.start({ limits: { channelsPerSocketMax: 2 } });
    const curious = small.socket();
    await curious.hello();
    for (const sku of ["A", "B", "C"]) curious.send({ t: "subscribe", ch: `sku/${sku}` });
    const frame = await curious.next((heard) => heard["ch"] === "sku/C", "an answer for the third");
    expect(frame["problem"]).toMatchObject({ code: "too_many_channels", status: 429 });
    await small.stop();
  });
});
