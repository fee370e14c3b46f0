import { jwtVerify, SignJWT } from "jose";
import type { JWTPayload } from "jose";
import { CART_PATTERN } from "../protocol/bounds.ts";
import { parseActorId, parseTenant } from "../../engine/contract/address.ts";
import type { Session } from "./session.ts";

// RFC 8725: one algorithm, one type, one issuer, one audience; anything else is not a session of ours.
const ALGORITHM = "HS256";
const TOKEN_TYPE = "stampede-session+jwt";
const ISSUER = "stampede";

/** Shortest secret that HS256 is safe with, bytes. */
const SECRET_BYTES_MIN = 32;

/**
 * Makes the signing key of a shop from its secret.
 * @throws RangeError when the secret is shorter than {@link SECRET_BYTES_MIN} bytes.
 */
export function signingKey(secret: string): Uint8Array {
  const key = new TextEncoder().encode(secret);
  if (key.length < SECRET_BYTES_MIN) {
    throw new RangeError(`the session secret must have at least ${SECRET_BYTES_MIN} bytes`);
  }
  return key;
}

/** Signs a session; the token ends when the session does. */
export function signSession(key: Uint8Array, session: Session, nowMs: number): Promise<string> {
  return new SignJWT({ tenant: session.tenant, role: session.role, cart: session.cart })
    .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE })
    .setIssuer(ISSUER)
    .setAudience(audience(session.tenant))
    .setSubject(session.customer)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor(session.expiresAtMs / 1000))
    .sign(key);
}

/** Reads a token of this tenant. Returns undefined for anything that is not signed by us, for here, and in time. */
export async function verifySession(
  key: Uint8Array,
  tenant: string,
  token: string,
  nowMs: number,
): Promise<Session | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: ISSUER,
      audience: audience(tenant),
      requiredClaims: ["exp", "sub"],
      currentDate: new Date(nowMs),
    });
    return sessionOf(payload, tenant);
  } catch {
    // Every failure of a stranger's token means the same: it is not a session. Which check failed is not told.
    return undefined;
  }
}

function sessionOf(payload: JWTPayload, expectedTenant: string): Session | undefined {
  const { tenant: tenantClaim, role, cart: cartClaim } = payload;
  if (tenantClaim !== expectedTenant || typeof cartClaim !== "string") return undefined;
  if (role !== "shopper" && role !== "operator") return undefined;
  const tenant = parseTenant(expectedTenant);
  const customer = parseActorId(payload.sub ?? "");
  const cart = CART_PATTERN.test(cartClaim) ? parseActorId(cartClaim) : undefined;
  if (tenant === undefined || customer === undefined || cart === undefined) return undefined;
  return { tenant, role, customer, cart, expiresAtMs: (payload.exp ?? 0) * 1000 };
}

function audience(tenant: string): string {
  return `stampede/${tenant}`;
}
