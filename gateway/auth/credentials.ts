import { TOKEN_LENGTH_MAX } from "../protocol/bounds.ts";

/** Name of the cookie that carries a shopper's session. */
export const SESSION_COOKIE = "stampede_session";

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;
const TOKEN_PARAMETERS = ["token", "access_token", "session", "jwt", "authorization", SESSION_COOKIE];

/** The token of the Authorization header; undefined when there is none of the Bearer scheme. */
export function bearerToken(headers: Headers): string | undefined {
  const token = BEARER.exec(headers.get("authorization") ?? "")?.[1];
  return token !== undefined && token.length <= TOKEN_LENGTH_MAX ? token : undefined;
}

/** Whether the Authorization header is for us: other schemes are for whoever stands in front. */
export function hasBearer(headers: Headers): boolean {
  return /^Bearer\b/i.test(headers.get("authorization") ?? "");
}

/** The token of the session cookie. */
export function cookieToken(headers: Headers): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === SESSION_COOKIE && value !== undefined && value.length <= TOKEN_LENGTH_MAX) return value;
  }
  return undefined;
}

/** The first query parameter that looks like a token. Addresses end up in logs and histories. */
export function tokenParameter(parameters: URLSearchParams): string | undefined {
  return TOKEN_PARAMETERS.find((name) => parameters.has(name));
}

/** A `Set-Cookie` value that scripts cannot read and other sites' requests do not carry. */
export function sessionCookie(token: string, maxAgeMs: number, secure: boolean): string {
  const seconds = Math.max(0, Math.floor(maxAgeMs / 1000));
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
  return `${SESSION_COOKIE}=${token}; ${attributes}${secure ? "; Secure" : ""}`;
}
