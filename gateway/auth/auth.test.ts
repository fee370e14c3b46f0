import { describe, expect, test } from "bun:test";
import { SignJWT, UnsecuredJWT } from "jose";
import { parseTenant } from "../../engine/contract/address.ts";
import type { Tenant } from "../../engine/contract/address.ts";
import { bearerToken, cookieToken, sessionCookie, tokenParameter } from "./credentials.ts";
import { mintOperatorToken } from "./operator-token.ts";
import { isOriginAllowed } from "./origin.ts";
import { Sessions, SHOPPER_SESSION_MS } from "./sessions.ts";

const SECRET = "a secret of at least thirty-two bytes, for tests";
const KEY = new TextEncoder().encode(SECRET);
let nowMs = Date.UTC(2026, 10, 1);

function tenant(text: string): Tenant {
  const parsed = parseTenant(text);
  if (parsed === undefined) throw new Error(`${text} is not a tenant`);
  return parsed;
}

function sessionsOf(name: string, secret = SECRET): Sessions {
  let count = 0;
  return new Sessions({
    secret,
    tenant: tenant(name),
    shardCount: 256,
    clock: { nowMs: () => nowMs, after: () => () => undefined, soon: () => undefined },
    entropy: { uuid: () => `00000000-0000-7000-8000-${String(++count).padStart(12, "0")}` },
  });
}

/** A token that is right but for what is given. */
function token(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  key = KEY,
) {
  const seconds = Math.floor(nowMs / 1000);
  return new SignJWT({
    iss: "stampede",
    aud: "stampede/shop",
    sub: "c1",
    tenant: "shop",
    role: "shopper",
    cart: "k1",
    iat: seconds,
    exp: seconds + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: "HS256", typ: "stampede-session+jwt", ...header })
    .sign(key);
}

describe("a session token", () => {
  test("comes back as the session it was made for", async () => {
    const { token: signed, session } = await sessionsOf("shop").startShopper();
    // Another gateway has not seen the token before.
    expect(await sessionsOf("shop").verify(signed)).toEqual(session);
    expect(session).toMatchObject({
      role: "shopper",
      customer: "00000000-0000-7000-8000-000000000002",
      cart: expect.stringMatching(/^00000000-0000-7000-8000-00000000[0-9a-f]{4}$/),
    });
  });

  test("made by hand with all the right claims is accepted", async () => {
    expect(await sessionsOf("shop").verify(await token({}, {}))).toMatchObject({
      customer: "c1",
      cart: "k1",
    });
  });

  const wrong: readonly (readonly [string, () => Promise<string> | string])[] = [
    ["another type", () => token({ typ: "JWT" }, {})],
    ["another algorithm", () => token({ alg: "HS512" }, {})],
    ["another issuer", () => token({}, { iss: "someone" })],
    ["another audience", () => token({}, { aud: "stampede/other" })],
    ["another tenant", () => token({}, { tenant: "other" })],
    ["an unknown role", () => token({}, { role: "admin" })],
    ["no end", () => token({}, { exp: undefined })],
    ["an end in the past", () => token({}, { exp: Math.floor(nowMs / 1000) - 1 })],
    ["a beginning in the future", () => token({}, { nbf: Math.floor(nowMs / 1000) + 60 })],
    ["a cart that could be an order", () => token({}, { cart: "k1~1" })],
    ["no customer", () => token({}, { sub: "" })],
    ["another key", () => token({}, {}, new TextEncoder().encode("x".repeat(32)))],
    [
      "an injected key",
      () => token({ jwk: { kty: "oct", k: "eA" }, kid: "../../dev/null" }, {}, KEY.slice(1)),
    ],
    ["no signature", () => new UnsecuredJWT({ tenant: "shop", role: "operator" }).encode()],
    ["nothing", () => ""],
  ];
  for (const [what, make] of wrong) {
    test(`with ${what} is no session`, async () => {
      expect(await sessionsOf("shop").verify(await make())).toBeUndefined();
    });
  }

  test("of one tenant is no session of another", async () => {
    const { token: signed } = await sessionsOf("shop").startShopper();
    expect(await sessionsOf("other").verify(signed)).toBeUndefined();
  });

  test("that was verified before ends all the same", async () => {
    const sessions = sessionsOf("shop");
    const { token: signed } = await sessions.startShopper();
    expect(await sessions.verify(signed)).toBeDefined();
    nowMs += SHOPPER_SESSION_MS + 1000;
    expect(await sessions.verify(signed)).toBeUndefined();
  });

  test("of an operator is short-lived and not renewed", async () => {
    const signed = await mintOperatorToken(SECRET, { tenant: "shop", nowMs, lifeMs: 60_000 });
    const sessions = sessionsOf("shop");
    const session = await sessions.verify(signed);
    if (session === undefined) throw new Error("the operator's token is not accepted");
    expect(session.role).toBe("operator");
    expect(session.expiresAtMs - nowMs).toBeLessThanOrEqual(60_000);
    expect(await sessions.renew(session)).toBeUndefined();
    expect(() => mintOperatorToken(SECRET, { tenant: "shop", nowMs, lifeMs: 10 ** 9 })).toThrow(RangeError);
  });

  test("cannot be made with a short secret", () => {
    expect(() => sessionsOf("shop", "short")).toThrow(RangeError);
  });
});

describe("credentials", () => {
  test("are read from the cookie and the Authorization header", () => {
    expect(cookieToken(new Headers({ cookie: "a=b; stampede_session=x.y.z; c=d" }))).toBe("x.y.z");
    expect(cookieToken(new Headers({ cookie: "xstampede_session=x" }))).toBeUndefined();
    expect(bearerToken(new Headers({ authorization: "Bearer x.y.z" }))).toBe("x.y.z");
    expect(bearerToken(new Headers({ authorization: "Basic eDp5" }))).toBeUndefined();
  });

  test("in an address are noticed", () => {
    expect(tokenParameter(new URLSearchParams("q=mug&access_token=x"))).toBe("access_token");
    expect(tokenParameter(new URLSearchParams("q=token"))).toBeUndefined();
  });

  test("travel over TLS only where that is wanted", () => {
    expect(sessionCookie("t", 5_000, false)).toBe(
      "stampede_session=t; Path=/; Max-Age=5; HttpOnly; SameSite=Lax",
    );
    expect(sessionCookie("t", 5_000, true)).toEndWith("; Secure");
  });
});

describe("an origin", () => {
  const allowed = new Set(["https://shop.example"]);
  const accepted = [null, "http://shop.local:3000", "https://shop.local:3000", "https://shop.example"];
  const refused = [
    "",
    "null",
    "file://",
    "http://shop.local",
    "http://shop.local:3001",
    "http://evil.shop.local:3000",
    "http://shop.local:3000.evil.com",
    "http://shop.local:3000@evil.com",
    "http://shop.local:3000/",
    "HTTP://shop.local:3000",
    "ws://shop.local:3000",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.com",
    "https://evil.com#https://shop.example",
    "https://SHOP.example",
    "https://shop.example ",
    "chrome-extension://abc",
    "data:",
    "*",
  ];
  for (const origin of accepted) {
    test(`${origin} is allowed`, () =>
      expect(isOriginAllowed(origin, "shop.local:3000", allowed)).toBe(true));
  }
  for (const origin of refused) {
    test(`"${origin}" is refused`, () =>
      expect(isOriginAllowed(origin, "shop.local:3000", allowed)).toBe(false));
  }
});
