import { afterAll, beforeAll, expect, test } from "bun:test";
import { problemKind } from "../protocol/problems.ts";
import { REFUSAL_CODES } from "../protocol/refusal-codes.ts";
import { TestGateway } from "./testing/test-gateway.ts";

let shop: TestGateway;

beforeAll(async () => {
  shop = await TestGateway.start();
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

test("every code is described at the address that its problem names", async () => {
  for (const code of REFUSAL_CODES) {
    const response = await fetch(`${shop.origin}/problems/${code}`);
    expect([code, response.status]).toEqual([code, 200]);
    expect(await response.json()).toMatchObject({ code, ...problemKind(code) });
  }
});

test.each(["no_such_code", "invalid_dance", "constructor"])("nothing is said of %s", async (code) => {
  const response = await fetch(`${shop.origin}/problems/${code}`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: "not_found" });
});
