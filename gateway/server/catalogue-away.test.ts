import { afterAll, beforeAll, expect, test } from "bun:test";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { TestGateway } from "./testing/test-gateway.ts";

let shop: TestGateway;

beforeAll(async () => {
  const away = () => Promise.reject(new Unavailable("The database does not answer.", 1_500));
  shop = await TestGateway.start({ catalogue: { search: away, find: away } });
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
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
