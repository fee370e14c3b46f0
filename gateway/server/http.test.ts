import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TestGateway } from "./testing/test-gateway.ts";

let shop: TestGateway;
let cookie: string;

beforeAll(async () => {
  shop = await TestGateway.start({
    allowedOrigins: ["https://shop.example"],
    assets: new Map([
      ["/", { body: "<!doctype html><title>Shop</title>", contentType: "text/html; charset=utf-8" }],
      ["/app.js", { body: "let a = 1;\n".repeat(200), contentType: "text/javascript; charset=utf-8" }],
    ]),
  });
  await shop.stocked("MUG-1", 100);
  const response = await fetch(`${shop.origin}/v1/session`);
  cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

let nextKey = 1;

function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const common = { cookie, "idempotency-key": `http-${nextKey++}`, ...headers };
  if (body === undefined) return fetch(shop.origin + path, { method, headers: common });
  return fetch(shop.origin + path, {
    method,
    headers: { "content-type": "application/json", ...common },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get("content-type")).toStartWith("application/problem+json");
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem["status"]).toBe(response.status);
  return problem;
}

describe("the HTTP mirror", () => {
  test("leads from an empty cart to an order and its return", async () => {
    expect(await (await call("GET", "/v1/cart")).json()).toMatchObject({ lines: [], totalMinor: 0 });
    const added = await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 1 });
    expect(added.status).toBe(201);
    const { line } = (await added.json()) as { line: number };
    const changed = await call("PATCH", `/v1/cart/lines/${line}`, { quantity: 3 });
    expect(await changed.json()).toMatchObject({ line, quantity: 3 });
    const extended = await call("POST", `/v1/cart/lines/${line}/extension`);
    expect(extended.status).toBe(200);
    const second = (await (await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 1 })).json()) as {
      line: number;
    };
    expect((await call("DELETE", `/v1/cart/lines/${second.line}`)).status).toBe(200);
    const placed = await call("POST", "/v1/checkout", { paymentToken: "card" });
    expect(placed.status).toBe(201);
    const order = (await placed.json()) as { orderId: string; totalMinor: number };
    expect(order.totalMinor).toBe(3750);
    expect(await (await call("GET", `/v1/orders/${order.orderId}`)).json()).toMatchObject({
      status: "captured",
    });

    const returns = `/v1/orders/${encodeURIComponent(order.orderId)}/returns`;
    const body = { lines: [{ line, quantity: 1 }], reason: "broken" };
    expect(await problemOf(await call("POST", returns, body))).toMatchObject({ code: "not_allowed" });
    const authorization = `Bearer ${await shop.operatorToken()}`;
    const returned = await call("POST", returns, body, { authorization });
    expect(await returned.json()).toMatchObject({ refundedMinor: 1250 });
  });

  test("carries a command out once however often it is sent", async () => {
    const headers = { "idempotency-key": "same" };
    const first = await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 1 }, headers);
    const again = await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 1 }, headers);
    expect(await again.json()).toEqual(await first.json());
    const other = await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 2 }, headers);
    expect(await problemOf(other)).toMatchObject({ code: "key_reused", status: 422 });
  });

  test("names what is wrong with a request", async () => {
    const lines = "/v1/cart/lines";
    const cases: readonly (readonly [Promise<Response>, number, Record<string, unknown>])[] = [
      [call("POST", lines, { sku: "MUG-1", quantity: 0 }), 422, { code: "invalid_field", field: "quantity" }],
      [call("POST", lines, { sku: "MUG-1" }), 422, { code: "missing_field", field: "quantity" }],
      [
        call("POST", lines, { sku: "MUG-1", quantity: 1, op: "x" }),
        422,
        { code: "unknown_field", field: "op" },
      ],
      [
        call("POST", lines, { sku: "MUG-1", quantity: 1, unitPriceMinor: 1 }),
        403,
        { field: "unitPriceMinor" },
      ],
      [call("POST", lines, { sku: "NO-SUCH", quantity: 1 }), 404, { code: "unknown_sku" }],
      [call("PATCH", `${lines}/x`, { quantity: 1 }), 422, { code: "invalid_field", field: "line" }],
      [call("DELETE", `${lines}/1000000000`), 404, { code: "line_not_found" }],
      [call("PATCH", `${lines}/1`, { quantity: 1, line: 2 }), 422, { code: "unknown_field", field: "line" }],
      [call("POST", lines, "{"), 400, { code: "malformed_body" }],
      [call("POST", lines, "[]"), 400, { code: "malformed_body" }],
      [call("POST", lines, "{}", { "content-type": "text/plain" }), 415, { field: "Content-Type" }],
      [call("POST", lines, "x".repeat(65 * 1024)), 413, { code: "body_too_large" }],
      [call("POST", lines, "x".repeat(1024 * 1024)), 413, {}],
      [call("POST", lines, {}, { "idempotency-key": "" }), 400, { field: "Idempotency-Key" }],
      [call("GET", "/v1/orders/other~1"), 404, { code: "unknown_order" }],
      [call("GET", "/v1/nothing"), 404, { code: "not_found" }],
      [call("GET", "/v1/catalogue?limit=0"), 422, { field: "limit" }],
      [call("GET", "/v1/catalogue/NO-SUCH"), 404, { code: "not_found" }],
      [call("GET", "/v1/cart?token=secret"), 400, { code: "token_in_url", field: "token" }],
      [call("GET", "/v1/socket"), 426, { code: "upgrade_required" }],
      [
        call("GET", "/v1/cart", undefined, { authorization: "Bearer x.y.z" }),
        401,
        { code: "invalid_session" },
      ],
    ];
    for (const [response, status, expected] of cases) {
      const answered = await response;
      expect(answered.status).toBe(status);
      if (Object.keys(expected).length > 0) expect(await problemOf(answered)).toMatchObject(expected);
    }
  });

  test("refuses a body that is too large although it does not say so", async () => {
    const chunk = new TextEncoder().encode(`{"sku":"${"x".repeat(40_000)}`);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(chunk);
        controller.enqueue(chunk);
        controller.close();
      },
    });
    const headers = { cookie, "idempotency-key": "stream", "content-type": "application/json" };
    const response = await fetch(`${shop.origin}/v1/cart/lines`, { method: "POST", headers, body });
    expect(await problemOf(response)).toMatchObject({ code: "body_too_large", status: 413 });
  });

  test("says which methods an address takes", async () => {
    const response = await call("PUT", "/v1/cart");
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await problemOf(response)).toMatchObject({ code: "method_not_allowed", status: 405 });
  });

  test("wants a session for a cart", async () => {
    const response = await fetch(`${shop.origin}/v1/cart`);
    expect(await problemOf(response)).toMatchObject({ code: "session_required", status: 401 });
  });

  test("leaves a password to whoever stands in front and asks for one, and knows the shopper by the cookie", async () => {
    const authorization = `Basic ${btoa("stage:secret")}`;
    const session = await call("GET", "/v1/session", undefined, { authorization });
    expect(session.status).toBe(200);
    expect(session.headers.get("set-cookie")).toBeNull();
    const page = await fetch(shop.origin, { headers: { authorization } });
    expect(page.headers.get("set-cookie")).toStartWith("stampede_session=");
    const empty = await call("GET", "/v1/cart", undefined, { authorization: "Bearer" });
    expect(await problemOf(empty)).toMatchObject({ code: "invalid_session", status: 401 });
  });

  test("says how a session is presented, and what the address of sockets must be asked for", async () => {
    const stranger = await fetch(`${shop.origin}/v1/cart`);
    expect(stranger.headers.get("www-authenticate")).toBe("Bearer");
    const socket = await fetch(`${shop.origin}/v1/socket`);
    expect([socket.status, socket.headers.get("upgrade")]).toEqual([426, "websocket"]);
  });

  test("tells when to come back", async () => {
    shop.dispatcher.scripted.push({ type: "overloaded", retryAfterMs: 1500 });
    const full = await call("POST", "/v1/checkout", { paymentToken: "card" });
    expect(full.headers.get("retry-after")).toBe("2");
    expect(await problemOf(full)).toMatchObject({ code: "overloaded", status: 503, retryAfterMs: 1500 });
    shop.dispatcher.scripted.push({ type: "expired" });
    const late = await call("POST", "/v1/checkout", { paymentToken: "card" });
    expect(await problemOf(late)).toMatchObject({ code: "deadline_expired", status: 504 });
  });

  test("lists the catalogue in pages", async () => {
    const page = await (await fetch(`${shop.origin}/v1/catalogue?limit=1&offset=1`)).json();
    expect(page).toMatchObject({ total: 2, entries: [{ sku: "MUG-2" }] });
    expect(await (await fetch(`${shop.origin}/v1/catalogue?q=MUG-1`)).json()).toMatchObject({ total: 1 });
    expect(await (await fetch(`${shop.origin}/v1/catalogue/MUG-1`)).json()).toMatchObject({ sku: "MUG-1" });
  });
});

describe("origins", () => {
  const hostile = ["https://evil.example", "null", "https://shop.example.evil.com", "http://127.0.0.1", ""];
  for (const origin of hostile) {
    test(`"${origin}" may neither open a socket nor change anything`, async () => {
      const upgrade = {
        origin,
        connection: "upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      };
      const socket = await fetch(`${shop.origin}/v1/socket`, { headers: upgrade });
      expect(await problemOf(socket)).toMatchObject({ code: "origin_not_allowed", status: 403 });
      const change = await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 1 }, { origin });
      expect(change.status).toBe(403);
    });
  }

  test("of the shop itself and of the list may", async () => {
    for (const origin of [shop.origin, "https://shop.example"]) {
      await shop.socket({ origin }).hello();
      const change = await call("POST", "/v1/cart/lines", { sku: "MUG-1", quantity: 1 }, { origin });
      expect(change.status).toBe(201);
    }
  });
});

describe("files of the page", () => {
  test("come with tags, compressed, and behind a strict policy", async () => {
    const response = await fetch(`${shop.origin}/app.js`);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await response.text()).toStartWith("let a = 1;");
    const etag = response.headers.get("etag") ?? "";
    const again = await fetch(`${shop.origin}/app.js`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    const plain = await fetch(`${shop.origin}/app.js`, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    const head = await fetch(`${shop.origin}/app.js`, { method: "HEAD" });
    expect(await head.text()).toBe("");
  });

  test("come as they are to those who refuse them compressed", async () => {
    for (const refusal of ["gzip;q=0", "br, gzip; q=0.0", "identity, GZIP;Q=0"]) {
      const plain = await fetch(`${shop.origin}/app.js`, { headers: { "accept-encoding": refusal } });
      expect([refusal, plain.headers.get("content-encoding")]).toEqual([refusal, null]);
    }
    const taken = await fetch(`${shop.origin}/app.js`, { headers: { "accept-encoding": "br, gzip;q=0.5" } });
    expect(taken.headers.get("content-encoding")).toBe("gzip");
  });

  test("are known by their tag, whether it came through a cache that has changed it, and by any", async () => {
    const etag = (await fetch(`${shop.origin}/app.js`)).headers.get("etag") ?? "";
    for (const tags of ["*", etag, etag.replace("W/", ""), `"other", ${etag}`]) {
      const again = await fetch(`${shop.origin}/app.js`, { headers: { "if-none-match": tags } });
      expect([tags, again.status]).toEqual([tags, 304]);
    }
  });

  test("are there to be read only", async () => {
    for (const path of ["/", "/app.js"]) {
      const response = await call("POST", path, {});
      expect(response.headers.get("allow")).toBe("GET, HEAD");
      expect(response.headers.get("set-cookie")).toBeNull();
      expect(await problemOf(response)).toMatchObject({ code: "method_not_allowed", status: 405 });
    }
  });

  test("of HTML belong to their visitor: no cache between keeps a session for the next one", async () => {
    const page = await fetch(`${shop.origin}/`);
    expect(page.headers.get("set-cookie")).not.toBeNull();
    expect(page.headers.get("cache-control")).toBe("no-cache, private");
    const script = await fetch(`${shop.origin}/app.js`);
    expect(script.headers.get("cache-control")).toBe("no-cache");
  });

  test("of HTML give a stranger a session that scripts cannot read, and leave a known visitor's alone", async () => {
    const stranger = await fetch(`${shop.origin}/`);
    const setCookie = stranger.headers.get("set-cookie") ?? "";
    expect(setCookie).toContain("HttpOnly");
    expect(setCookie).toContain("SameSite=Lax");
    const known = await fetch(`${shop.origin}/`, { headers: { cookie: setCookie.split(";")[0] ?? "" } });
    expect(known.headers.get("set-cookie")).toBeNull();
  });
});

test.each([
  ["GET /v1/catalogue HTTP/1.0", 200],
  ["GET /v1/catalogue HTTP/1.1\r\nHost:", 200],
  ["GET /v1/catalogue HTTP/1.1\r\nHost: [", 400],
])("whoever begins with %j is answered", async (head, status) => {
  const answer = Promise.withResolvers<string>();
  const socket = {
    open: (visitor: Bun.Socket) => void visitor.write(`${head}\r\n\r\n`),
    data: (_visitor: Bun.Socket, bytes: Buffer) => answer.resolve(bytes.toString()),
  };
  const port = Number(new URL(shop.origin).port);
  const visitor = await Bun.connect({ hostname: "127.0.0.1", port, socket });
  expect(await answer.promise).toStartWith(`HTTP/1.1 ${status} `);
  visitor.end();
});
