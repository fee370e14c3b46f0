import { afterAll, beforeAll, expect, test } from "bun:test";
import { MISSING_PAGE } from "./assets.ts";
import { TestGateway } from "./testing/test-gateway.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const HTML = "text/html; charset=utf-8";

let shop: TestGateway;

beforeAll(async () => {
  shop = await TestGateway.start({
    assets: new Map([
      ["/", { body: "<!doctype html><title>Shop</title>", contentType: HTML }],
      [MISSING_PAGE, { body: "<!doctype html><title>No page</title>", contentType: HTML }],
    ]),
  });
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

function ask(path: string, accept: string, method = "GET"): Promise<Response> {
  return fetch(shop.origin + path, { method, headers: { accept } });
}

test("a browser at a wrong address is shown a page", async () => {
  for (const path of ["/nothing", "/order/o-1", "/v1/nothing", `/${MISSING_PAGE}`]) {
    const response = await ask(path, BROWSER);
    expect([path, response.status]).toEqual([path, 404]);
    expect(response.headers.get("content-type")).toBe(HTML);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await response.text()).toContain("<title>No page</title>");
  }
  const head = await ask("/nothing", BROWSER, "HEAD");
  expect([head.status, head.headers.get("content-type")]).toEqual([404, HTML]);
});

test.each([
  ["a program at a wrong address", "/nothing", "*/*", "GET", 404],
  ["a program that asks for JSON", "/nothing", "application/json", "GET", 404],
  ["a browser that sends something to a wrong address", "/nothing", BROWSER, "POST", 404],
  ["a browser at a product that the API does not have", "/v1/catalogue/NO-SUCH", BROWSER, "GET", 404],
  ["a browser that uses the wrong method", "/v1/checkout", BROWSER, "GET", 405],
])("%s gets a problem", async (_who, path, accept, method, status) => {
  const response = await ask(path, accept, method);
  expect(response.headers.get("content-type")).toStartWith("application/problem+json");
  expect(await response.json()).toMatchObject({ status });
});
