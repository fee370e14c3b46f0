import { afterAll, beforeAll, expect, test } from "bun:test";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { systemClock, TestGateway } from "./testing/test-gateway.ts";

let shop: TestGateway;
const warnings: unknown[] = [];
const errors: unknown[] = [];
const cause = new Error("connect ECONNREFUSED");
let nowMs = Date.now();
const ignore = () => undefined;

beforeAll(async () => {
  const away = () => Promise.reject(new Unavailable("The database does not answer.", 1_500, { cause }));
  const log = {
    debug: ignore,
    info: ignore,
    warn: (fields: unknown) => warnings.push(fields),
    error: (fields: unknown) => errors.push(fields),
  };
  const clock = { ...systemClock, nowMs: () => nowMs };
  shop = await TestGateway.start({ catalogue: { search: away, find: away }, log, clock });
});

afterAll(async () => {
  await shop.stop();
  expect(errors).toEqual([]);
});

test.each(["/v1/catalogue", "/v1/catalogue/MUG-1"])(
  "%s says when to ask again while its database is away",
  async (path) => {
    const response = await fetch(shop.origin + path);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ code: "unavailable", retryAfterMs: 1_500 });
  },
);

test("the log has the cause, once in a while", async () => {
  const ask = () => fetch(`${shop.origin}/v1/catalogue`);
  nowMs += 60_000;
  warnings.length = 0;
  await ask();
  await ask();
  await ask();
  expect(warnings).toEqual([expect.objectContaining({ err: expect.objectContaining({ cause }) })]);
  nowMs += 60_000;
  await ask();
  expect(warnings).toHaveLength(2);
});
