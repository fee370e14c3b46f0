import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TestGateway } from "./testing/test-gateway.ts";

const FRIEND = "https://shop.example";

let shop: TestGateway;

beforeAll(async () => {
  shop = await TestGateway.start({ allowedOrigins: [FRIEND] });
  await shop.stocked("MUG-1", 10);
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

function preflight(path: string, method: string, headers: string, origin = FRIEND): Promise<Response> {
  return fetch(shop.origin + path, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": method, "access-control-request-headers": headers },
  });
}

function listOf(response: Response, header: string): readonly string[] {
  return (response.headers.get(header) ?? "").toLowerCase().split(/, */);
}

describe("a page of an allowed origin", () => {
  test("may ask for everything the mirror takes, with the headers that it wants", async () => {
    const wanted = "authorization,content-type,idempotency-key,traceparent";
    const lines: readonly (readonly [string, string])[] = [
      ["/v1/cart/lines", "POST"],
      ["/v1/cart/lines/1", "PATCH"],
      ["/v1/cart/lines/1", "DELETE"],
      ["/v1/cart", "GET"],
    ];
    for (const [path, method] of lines) {
      const answer = await preflight(path, method, wanted);
      expect(answer.status).toBe(204);
      expect(answer.headers.get("access-control-allow-origin")).toBe(FRIEND);
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
      expect(listOf(answer, "access-control-allow-methods")).toContain(method.toLowerCase());
      expect(listOf(answer, "access-control-allow-headers")).toEqual(
        expect.arrayContaining(wanted.split(",")),
      );
      expect(listOf(answer, "vary")).toContain("origin");
    }
  });

  test("reads answers and problems", async () => {
    for (const path of ["/v1/catalogue", "/v1/session", "/v1/nothing", "/v1/cart?token=x"]) {
      const answer = await fetch(shop.origin + path, { headers: { origin: FRIEND } });
      expect([path, answer.headers.get("access-control-allow-origin")]).toEqual([path, FRIEND]);
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
      expect(listOf(answer, "vary")).toContain("origin");
    }
  });

  test("reads when to come back, which browsers keep to themselves unless told", async () => {
    shop.dispatcher.scripted.push({ type: "overloaded", retryAfterMs: 1_500 });
    const { session } = await shop.socket().hello();
    const answer = await fetch(`${shop.origin}/v1/cart/lines`, {
      method: "POST",
      headers: {
        origin: FRIEND,
        authorization: `Bearer ${String(session)}`,
        "content-type": "application/json",
        "idempotency-key": "come-back",
      },
      body: JSON.stringify({ sku: "MUG-1", quantity: 1 }),
    });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(listOf(answer, "access-control-expose-headers")).toContain("retry-after");
  });
});

describe("a page of another origin", () => {
  test.each(["https://evil.example", "null", "http://shop.example"])("%s reads nothing", async (origin) => {
    const question = await preflight("/v1/cart/lines", "POST", "content-type", origin);
    expect([question.status, question.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    const answer = await fetch(`${shop.origin}/v1/catalogue`, { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    // What a cache keeps for this page is not for that of an allowed origin.
    expect(listOf(answer, "vary")).toContain("origin");
  });
});

test("a shop that allows no other origin says nothing about them", async () => {
  const alone = await TestGateway.start();
  const answer = await fetch(`${alone.origin}/v1/catalogue`, { headers: { origin: FRIEND } });
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  expect(answer.headers.get("vary")).toBeNull();
  await alone.stop();
});
